"""Compiles a plan to Python functions, and runs them household by household."""
