"""Who somebody is: staff accounts and sessions, the relative's token, rate limits."""
