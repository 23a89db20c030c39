"""Decides: text in, verdict out. No database, HTTP, queue, clock or environment in here."""
