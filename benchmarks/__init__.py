"""Accuracy of the engine, measured on labelled data that lies outside the project."""
