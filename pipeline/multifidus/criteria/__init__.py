"""ASSESS: criteria in, one finding per criterion out."""
