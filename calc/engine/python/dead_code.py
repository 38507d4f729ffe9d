"""Removes lines of generated code whose result nothing uses, such as the amount of a benefit that no formula names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_NAME = re.compile(r"\b[vtr]\d+\b")
_ASSIGNED = re.compile(r"\b([vt]\d+) :?= ")
_PLAIN = re.compile(r"\s*([vt]\d+ = |if .*:$|else:$)")
"""A line that only assigns or begins a branch; lines that count or append are kept."""
_BRANCH = (" ", "else:", "elif ")


class _Statement:
    """A line, or an `if` with its branches."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        text = "\n".join(lines)
        self.names = set(_NAME.findall(text))
        self.assigned = set(_ASSIGNED.findall(text))
        self.can_go = bool(self.assigned) and all(_PLAIN.match(line) for line in self.lines)


def names_in(lines: Iterable[str]) -> set[str]:
    """Finds the names of values in some lines."""
    return {name for line in lines for name in _NAME.findall(line)}


def drop_unused(lists: list[list[str]], roots: Iterable[str]) -> None:
    """Removes, in place, every statement that only assigns names that no other statement and no root uses.

    It goes on until there is no more such statement.
    """
    parted = [[_Statement(one) for one in grouped(lines)] for lines in lists]
    used_in = Counter(name for statements in parted for one in statements for name in one.names)
    used_in.update(roots)
    dropped = True
    while dropped:
        dropped = False
        for statements in parted:
            for at in range(len(statements) - 1, -1, -1):
                one = statements[at]
                if one.can_go and all(used_in[name] == 1 for name in one.assigned):
                    used_in.subtract(one.names)
                    del statements[at]
                    dropped = True
    for lines, statements in zip(lists, parted, strict=True):
        lines[:] = [line for one in statements for line in one.lines]


def grouped(lines: list[str]) -> list[list[str]]:
    """Groups lines into statements: a line, or an `if` with its branches."""
    found: list[list[str]] = []
    for line in lines:
        if line.startswith(_BRANCH) and found:
            found[-1].append(line)
        else:
            found.append([line])
    return found
