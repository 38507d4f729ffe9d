"""Evaluates one household step by step, and keeps every value and its sources: the reference engine."""
