"""Exports and rosters -> typed rows and the account of every row: the only reader of files."""
