"""Rows become mergeable partial aggregates, partials become values. Every aggregate is a commutative monoid."""
