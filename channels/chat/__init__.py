"""The relative's chat: endpoints, the turn from message to answer, the live stream, the transcript."""
