"""The formula language: Python's expression syntax, read with `ast`, checked against a closed list, never run."""
