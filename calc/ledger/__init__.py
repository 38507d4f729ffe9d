"""Ledgers: files of many households, one row a member → declared facts, every row accounted for."""
