"""SEGMENT: run a bundle's network on a volume and turn its answer into anatomy."""
