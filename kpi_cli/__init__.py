"""Scorecards for customer-service teams: a scheme and exported files in, graded cards out."""

__version__ = "0.1.0"
