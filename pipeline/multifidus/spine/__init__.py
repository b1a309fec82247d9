"""LEVELS: discs from labelled vertebrae, and the axial slice that stands for each."""
