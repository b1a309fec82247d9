"""Fat of outlined muscles: Dixon, fraction map, or signal alone."""
