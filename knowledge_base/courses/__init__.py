"""Courses: their dates, import from feeds (iCalendar, CSV, JSON), calendar files.

The front door is `knowledge_base.courses.service`.
"""
