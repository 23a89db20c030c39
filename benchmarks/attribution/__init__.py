"""How well articles are read: quotations, speakers, acts, and how fast."""
