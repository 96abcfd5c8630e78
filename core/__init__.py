"""Settings, database, errors, events, audit, logging, catalogue: imports nothing of ours."""
