"""Starts: the `secondsource` command."""
