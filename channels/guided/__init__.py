"""The guided talks as the relative sees them: questions, summaries, and what comes of them."""
