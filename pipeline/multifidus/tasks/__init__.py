"""One file per command and notebook: read, compute, write."""
