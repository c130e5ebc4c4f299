"""Values become cards: scores, totals, ranks and grades, all exact, a column of agents at a time."""
