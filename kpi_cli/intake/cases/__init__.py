"""Logs of events -> one row per case."""
