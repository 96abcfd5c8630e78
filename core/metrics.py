"""Prometheus metrics: counts and times, no label that could hold what a person wrote or who they are."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

TURNS = Counter("naer_turns_total", "Turns answered, by who answered.", ["by"])
TURN_SECONDS = Histogram(
    "naer_turn_seconds", "Time from a stored message to its stored answer.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5),
)  # fmt: skip
MESSAGES = Counter("naer_messages_total", "Messages taken in, by sender.", ["sender"])
STREAMS = Gauge("naer_streams", "Open live streams.")
STREAMS_CUT = Counter("naer_streams_cut_total", "Live streams cut off since the reader was too slow.", ["reason"])
QUEUE = Gauge("naer_queue", "Talks waiting for a person.", ["municipality"])
OUTBOX = Gauge(
    "naer_outbox", "Notices of the last 30 days, by channel and state (due, sent, given_up).", ["channel", "state"]
)
ERRORS = Counter("naer_errors_total", "Errors told to a caller, by code.", ["code"])
