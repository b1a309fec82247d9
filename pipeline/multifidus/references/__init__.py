"""Published grades and norms beside a measurement."""
