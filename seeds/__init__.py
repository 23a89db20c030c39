"""The founding record."""
