"""Fat from a T1 or T2 signal alone, between references of the same image."""
