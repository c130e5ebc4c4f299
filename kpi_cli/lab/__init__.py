"""Questions about schemes and periods: what the data of a period say about the scheme that scores it."""
