"""Remembers: settings, tables, repositories, search over the record, the queue's contract, migrations."""
