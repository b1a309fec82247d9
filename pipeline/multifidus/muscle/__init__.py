"""MEASURE: areas and fat fractions of outlined muscles."""
