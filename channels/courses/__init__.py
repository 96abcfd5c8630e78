"""Courses over HTTP: the list, calendar files, the editors' import."""
