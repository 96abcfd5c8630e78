"""Tests of the listening: who writes, what they feel."""
