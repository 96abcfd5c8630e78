"""Conversations and their messages: stored first, numbered in the same transaction, read by number."""
