"""Skips the tests of SQL where doudi[columns] is not installed."""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("duckdb") and find_spec("sqlglot") else ["test_*.py"]
