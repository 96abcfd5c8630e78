"""Callbacks and meetings: a relative asks to be called, met on video or in person; a counsellor takes it and keeps it."""
