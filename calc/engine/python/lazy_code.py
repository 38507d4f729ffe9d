"""Moves statements of generated code into the only branch that uses their values, so that others do not compute them.

Most benefits are denied to most people by their first condition; what only the other conditions use is then left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from calc.engine.python.dead_code import drop_unused

_NAME = re.compile(r"\b[vtr]\d+\b")
_ASSIGNED = re.compile(r"\b([vtr]\d+) :?= ")
_SET = re.compile(r"[vtr]\d+ = ")
_INDENT = "    "
MOST_DEPTH = 60
"""Branches inside each other, at most; Python reads no more than 100."""


def tidy(lists: list[list[str]], roots: Collection[str]) -> None:
    """Removes, in place, what nothing uses, and moves into a branch what only that branch uses."""
    drop_unused(lists, roots)
    make_lazy(lists, roots)


class _Piece:
    """A line, or an `if` with its branches: each a header and what is below it."""

    __slots__ = ("arms", "assigned", "can_move", "height", "names")
    height: int

    def __init__(self, arms: list[tuple[str, list[_Piece]]]) -> None:
        self.arms = arms
        self.names: Counter[str] = Counter()
        self.assigned: set[str] = set()
        self.can_move = True
        self.height = 1 + max((one.height for _, below in arms for one in below), default=0)
        for header, below in arms:
            self.names.update(set(_NAME.findall(header)))
            own = _ASSIGNED.findall(header)
            self.assigned.update(own)
            for one in below:
                self.names.update(one.names)
                self.assigned |= one.assigned
                self.can_move = self.can_move and one.can_move
        if len(arms) == 1 and not arms[0][1]:
            text = arms[0][0]
            self.can_move = bool(_SET.match(text)) and _NAME.findall(text).count(_ASSIGNED.findall(text)[0]) == 1
        elif any(not below for _, below in arms):
            self.can_move = False  # a statement behind the header: it counts or appends

    def lines(self, indent: str = "") -> Iterator[str]:
        for header, below in self.arms:
            yield indent + header
            for one in below:
                yield from one.lines(indent + _INDENT)


def make_lazy(lists: list[list[str]], roots: Iterable[str]) -> None:
    """Moves, in place, statements of each list into branches below; `roots` are names that are used elsewhere too."""
    blocks = [_parsed(lines, 0, len(lines), 0) for lines in lists]
    total = Counter(roots)
    for block in blocks:
        for one in block:
            total.update(one.names)
    for lines, block in zip(lists, blocks, strict=True):
        _sink(block, total, 0)
        lines[:] = [line for one in block for line in one.lines()]


def _parsed(lines: list[str], start: int, end: int, depth: int) -> list[_Piece]:
    """Parses lines that are indented by a depth."""
    found: list[list[tuple[str, list[_Piece]]]] = []
    at = start
    while at < end:
        header = lines[at][depth:]
        below = at + 1
        while below < end and lines[below].startswith(" ", depth):
            below += 1
        arm = header, _parsed(lines, at + 1, below, depth + len(_INDENT))
        if header.startswith(("else:", "elif ")):
            found[-1].append(arm)
        else:
            found.append([arm])
        at = below
    return [_Piece(arms) for arms in found]


def _sink(block: list[_Piece], total: Counter[str], depth: int) -> None:
    """Moves statements of a block into branches of it, last ones first, so that what they use can follow them."""
    users: dict[str, set[int]] = {}
    for at, piece in enumerate(block):
        for name in piece.names:
            users.setdefault(name, set()).add(at)
    gone: set[int] = set()
    for at in range(len(block) - 1, -1, -1):
        piece = block[at]
        if not piece.can_move or depth + piece.height >= MOST_DEPTH:
            continue
        using = set().union(*(users[name] for name in piece.assigned)) - {at}
        if len(using) != 1:
            continue
        (user,) = using
        other = block[user]
        if any(piece.names[name] + other.names[name] != total[name] for name in piece.assigned):
            continue
        body = _only_branch(other, piece.assigned)
        if body is None:
            continue
        first = next(place for place, one in enumerate(body) if not piece.assigned.isdisjoint(one.names))
        body.insert(first, piece)
        other.names.update(piece.names)
        gone.add(at)
        for name in piece.names:
            users[name].discard(at)
            users[name].add(user)
    block[:] = [piece for at, piece in enumerate(block) if at not in gone]
    for piece in block:
        for _, below in piece.arms:
            if below:
                _sink(below, total, depth + 1)


def _only_branch(piece: _Piece, names: set[str]) -> list[_Piece] | None:
    """Finds the branch that alone uses some names; None if a header or another branch does too."""
    found = None
    for header, below in piece.arms:
        if not names.isdisjoint(_NAME.findall(header)):
            return None
        if any(not names.isdisjoint(one.names) for one in below):
            if found is not None:
                return None
            found = below
    return found
