"""Listening: who writes, what they feel, and small wishes about an answer; rules in data files that a professional can extend.

The patterns are those of the safety screen (docs/safety.md).
"""
