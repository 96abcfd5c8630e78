"""Graph components that run inside the engine (Python 3.10); they import nothing of ours but each other."""
