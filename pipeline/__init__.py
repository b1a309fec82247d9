"""Multifidus: lumbar multifidus measurements, scores and criteria from one study, in one report."""

__version__ = "0.1.0"
