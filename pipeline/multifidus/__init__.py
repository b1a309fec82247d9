"""Multifidus: lumbar multifidus measurements, scores and criteria from one study, in one report."""

import os

__version__ = "0.1.0"

# ONNX Runtime reads this once, when it is imported: without it, the official builds keep a device
# identity, queue events and look up a host of their maker. Nothing of the project is imported
# before this line, and kernels and workers take the environment over. A 0 that is set already is
# overruled on purpose: that nothing leaves the machine must not hang on who set up the shell.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
