"""Reads household files: declared facts, or the reasons why a household cannot be read."""
