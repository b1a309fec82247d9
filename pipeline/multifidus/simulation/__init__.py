"""SIMULATE: phantoms of the lumbar spine with known truth."""
