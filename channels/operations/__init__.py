"""For those who run Nær: alive, ready, metrics."""
