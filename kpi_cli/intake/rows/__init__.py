"""Blocks of records -> the rows that count in each period, and the account of every row."""
