"""Forms that ask what rule sets need."""
