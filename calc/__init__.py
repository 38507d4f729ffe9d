"""Doudi: a benefit calculator for social assistance, with the rules kept as data."""

__version__ = "0.1.0"
