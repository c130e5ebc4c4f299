"""Columns of cells -> typed columns: moments, durations, numbers, rates, read exactly and all of a column alike."""
