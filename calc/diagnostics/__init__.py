"""Writes messages, and finds the places in files that they are about."""
