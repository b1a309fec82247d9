"""REPORT: figures and tables of a finished result; computes nothing."""
