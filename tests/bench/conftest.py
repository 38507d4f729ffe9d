"""Skips the tests of benches through DuckDB where it is not installed."""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("duckdb") and find_spec("sqlglot") else ["test_*.py"]
