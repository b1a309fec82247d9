"""CHECK: how well two label maps agree, and whether one is plausible at all."""
