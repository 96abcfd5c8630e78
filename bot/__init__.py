"""All that Rasa reads, or calls."""
