"""Lines of generated code that compute what nothing uses: the amount of a benefit that no formula names, for one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_NAME = re.compile(r"\b[vtor]\d+\b")
_ASSIGNED = re.compile(r"(v\d+) = ")


def names_in(lines: Iterable[str]) -> set[str]:
    """The names of values that stand in some lines."""
    return {name for line in lines for name in _NAME.findall(line)}


def drop_unused(lists: list[list[str]], roots: Iterable[str]) -> None:
    """Take out, in place, every assignment of a value that no other line and no root names, and so on from there."""
    names = [[set(_NAME.findall(line)) for line in lines] for lines in lists]
    lines_with = Counter(name for of_list in names for of_line in of_list for name in of_line)
    lines_with.update(roots)
    dropped = True
    while dropped:
        dropped = False
        for lines, of_list in zip(lists, names, strict=True):
            for at in range(len(lines) - 1, -1, -1):
                assigned = _ASSIGNED.match(lines[at])
                if assigned is None or lines_with[assigned[1]] > 1:
                    continue
                if all(lines_with[name] == 1 for name in of_list[at] if name.startswith("t")):
                    lines_with.subtract(of_list[at])
                    del lines[at], of_list[at]
                    dropped = True
