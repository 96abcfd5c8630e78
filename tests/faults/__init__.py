"""Faults: what was acknowledged is there once, in order, whatever breaks."""
