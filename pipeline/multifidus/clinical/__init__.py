"""SCORE: questionnaires to numbers, each with range, direction and source."""
