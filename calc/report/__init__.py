"""Writes results as text, JSON, CSV, XLSX, and explanations; computes nothing."""
