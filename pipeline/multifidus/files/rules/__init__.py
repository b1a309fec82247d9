"""What `params/` says, strictly read."""
