"""The shape of a scheme: pydantic models of the YAML document, strict, frozen and without extras.

Attributes bear the names of the YAML keys. Meaning (names that exist, sums, units) is checked elsewhere.
"""
