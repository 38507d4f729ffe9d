"""Finds the rules file that is installed with the program."""

from __future__ import annotations

import os

SHIPPED = "doudi"
"""The name of that file in `extends`, wherever the program is installed."""


def shipped_rules() -> str:
    """Returns the path of the rules file in the package; in a clone, of that beside the package."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    packed = os.path.join(package, "rules.toml")
    return packed if os.path.isfile(packed) else os.path.join(os.path.dirname(package), "rules.toml")


def parent_path(path: str, parent: str) -> str:
    """Returns the path of the parent that a file names in `extends`: relative to it, or that of the shipped file."""
    return shipped_rules() if parent == SHIPPED else os.path.join(os.path.dirname(path), parent)
