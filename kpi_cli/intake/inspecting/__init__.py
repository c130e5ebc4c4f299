"""Files that nobody has described -> what they hold, and the entry for `sources:` that reads them."""
