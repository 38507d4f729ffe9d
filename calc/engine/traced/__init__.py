"""The reference engine: one household step by step, with every value and its source."""
