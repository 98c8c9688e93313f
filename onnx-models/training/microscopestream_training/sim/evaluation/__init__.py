"""Judging a trained network: against truth, a Wiener reconstruction, and frames that others made."""
