"""Turning functions async along the call graph."""
