"""Computes the results of households under a plan: one traced exactly, many by compiled Python, or many by SQL."""
