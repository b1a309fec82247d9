"""Visits of many people beside published figures."""
