"""Measurements: ratios against what a user would do instead, each printed as a table."""
