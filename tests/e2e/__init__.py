"""All processes and a real browser: what relatives, counsellors and editors do, as they do it."""
