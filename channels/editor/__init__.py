"""The content editors' API."""
