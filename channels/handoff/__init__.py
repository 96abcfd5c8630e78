"""Bringing in a person: queue, claim, live talk, close; the counsellors' API."""
