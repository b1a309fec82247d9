"""The report of one person over time."""
