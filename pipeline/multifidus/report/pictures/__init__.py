"""Pictures of outlines, levels, agreement and cohorts."""
