"""The peer's custom actions (Python 3.10, rasa-sdk of Rasa 3.6)."""
