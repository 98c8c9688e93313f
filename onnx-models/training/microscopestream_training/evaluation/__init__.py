"""Judging a network: held-out simulated conditions, benchmark stacks of others, challenge scoring, Cramer-Rao bounds."""
