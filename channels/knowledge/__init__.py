"""The public knowledge API: search, articles, municipalities, the safety screen."""
