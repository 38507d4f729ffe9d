"""Prepares a comparison with OpenFisca: packages are there, byte code is compiled as in an installed package."""

from __future__ import annotations

import compileall
import importlib.util
import os
import sys

from bench.processes import ROOT

NEEDED = {"duckdb": "duckdb", "sqlglot": "sqlglot", "openfisca_core": "openfisca-core", "pyarrow": "pyarrow"}
"""Packages to install, by the names under which they are imported."""


def prepare() -> None:
    """Compiles our byte code. Ends the program with a sentence where a package is missing."""
    missing = [package for name, package in NEEDED.items() if importlib.util.find_spec(name) is None]
    if missing:
        sys.exit(f"the comparison needs packages that are not installed: pip install {' '.join(missing)}")
    for folder in ("calc", "bench"):
        compileall.compile_dir(os.path.join(ROOT, folder), quiet=2)
