"""Household files and ledgers → declared facts, or the reasons why a household cannot be read."""
