"""Training of the models that read language. Nothing here is imported at run time."""
