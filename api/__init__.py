"""Listens: one module a resource, one renderer for errors."""
