"""Spellings in exports -> whom they mean: the roster, aliases, teams, bots, and who is credited with a row."""
