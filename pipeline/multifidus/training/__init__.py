"""Train a bundle's network on labelled slices, and say how well it does on people unseen."""
