"""The custom actions that Rasa calls; they run inside the app and know only the knowledge base's front door."""
