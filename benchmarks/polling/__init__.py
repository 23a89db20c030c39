"""How cheap polling is, and that the feed of changes is exact."""
