"""What a run leaves: results, tables and their records."""
