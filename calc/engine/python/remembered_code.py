"""Remembers what generated code computes from a few words, such as what a member's relation and schooling decide.

Words have few values, so the same few combinations come again and again: a look-up takes their place in the code. That
matters most where cells are not known, as each operation on an unknown is a call.
An unknown is found again by its identity, and code hands on the same object as long as it has the same needs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from math import prod
from typing import Any

from calc.engine.python.dead_code import grouped
from calc.engine.python.table_memory import MOST_REMEMBERED, TableMemory
from calc.record import Record

_LOCAL = re.compile(r"\b[vtr]\d+\b")
_ASSIGNED = re.compile(r"\b([vtr]\d+) :?= ")
_KEPT = re.compile(r"k\d+")
_WORD = re.compile(r"[A-Za-z_]\w*")
_COMPARISON = re.compile(r"[vt]\d+ = \(\w+ (<|<=|>|>=|==|!=) \w+\)")
_FORMS = frozenset(["if", "elif", "else", "is", "not", "and", "or", "in", "True", "False", "None", "__class__"])
_TRUTHS = 3
"""Values that a comparison with a number from one cell has: true, false, and the cell's unknown."""
_ANY = 0
"""In the place of the number of values of a number, or a date: too many."""


class Read(Record):
    """A local that follows from what was read: from which locals, by which statements, and the values it can have."""

    roots: frozenset[str]
    values: int
    steps: frozenset[int] = frozenset()


class _Step:
    """A line of code, or an `if` with its branches."""

    def __init__(self, lines: list[str], functions: Iterable[str]) -> None:
        self.lines = lines
        text = "\n".join(lines)
        self.assigned = set(_ASSIGNED.findall(text))
        self.used = set(_LOCAL.findall(text)) - self.assigned
        self.is_comparison = _COMPARISON.fullmatch(text) is not None
        others = set(_WORD.findall(text)) - self.used - self.assigned - _FORMS - set(functions)
        self.is_closed = bool(self.assigned) and all(map(_KEPT.fullmatch, others))
        """True if it uses nothing but locals, constants and functions without a state."""


class Rememberer:
    """Finds in the code of a function what follows from a few words, and has it remembered.

    `reads` are the locals that cells are read into, with the number of values, or 0 where there are many. `made` makes
    a function of some locals, from lines, that returns a local; `keep` gives a value a name in the code.
    """

    def __init__(
        self,
        reads: Mapping[str, int],
        functions: Iterable[str],
        made: Callable[[list[str], list[str], str], Callable[..., Any]],
        keep: Callable[[Any], str],
    ) -> None:
        self.reads = reads
        self.functions = frozenset(functions)
        self.made = made
        self.keep = keep
        self.statements: list[_Step] = []
        self.known: dict[str, Read] = {}
        self.wanted: set[str] = set()
        """Locals that other code uses than what is remembered together with them."""

    def run(self, lists: list[list[str]]) -> None:
        """Puts look-ups into the lines of a function, in place; what nothing uses any more is left there."""
        parted = [self._parted(lines) for lines in lists]
        for at, statement in enumerate(self.statements):
            self._follow(at, statement)
        found = {at: line for at, one in enumerate(self.statements) if (line := self._look_up(one)) is not None}
        for lines, places in zip(lists, parted, strict=True):
            lines[:] = [line for at in places for line in (found[at] if at in found else self.statements[at].lines)]

    def _parted(self, lines: list[str]) -> range:
        first = len(self.statements)
        self.statements += [_Step(one, self.functions) for one in grouped(lines)]
        return range(first, len(self.statements))

    def _follow(self, at: int, statement: _Step) -> None:
        """Finds what the locals that a statement assigns depend on."""
        inputs = [self.known.get(name) for name in statement.used]
        is_steady = all(one is not None and one.values for one in inputs)
        read = statement.assigned & self.reads.keys()
        if read:
            (name,) = read
            self.wanted |= statement.used
            if self.reads[name] == _ANY or is_steady:
                self.known[name] = Read(frozenset(read), self.reads[name])
            return
        found = None
        if statement.is_closed and inputs and None not in inputs:
            found = self._united(at, statement) if is_steady else self._of_one_number(statement)
        if found is None:
            self.wanted |= statement.used
        else:
            self.known |= dict.fromkeys(statement.assigned, found)

    def _of_one_number(self, statement: _Step) -> Read | None:
        """Takes a comparison of a number from one cell as a word; what is computed from it as such a number."""
        roots = frozenset().union(*(self.known[name].roots for name in statement.used))
        if len(roots) != 1:
            return None
        if not statement.is_comparison:
            return Read(roots, _ANY)
        self.wanted |= statement.used
        return Read(frozenset(statement.assigned), _TRUTHS)

    def _united(self, at: int, statement: _Step) -> Read | None:
        """Traces a statement to words, if they have few combinations; else to what is remembered of them already."""
        for is_cut in (False, True):
            cut = {name for name in statement.used if is_cut and len(self.known[name].roots) > 1}
            roots = frozenset(cut).union(*(self.known[name].roots for name in statement.used - cut))
            size = prod(self.known[name].values for name in roots)
            if size <= MOST_REMEMBERED:
                self.wanted |= cut
                steps = frozenset([at]).union(*(self.known[name].steps for name in statement.used - cut))
                return Read(roots, min(size, 2 + 2 ** len(roots)), steps)
        return None

    def _look_up(self, statement: _Step) -> list[str] | None:
        """Writes the look-up that takes the place of a statement; None where it would not be faster."""
        wanted = self.wanted & statement.assigned
        if len(wanted) != 1:
            return None
        (name,) = wanted
        known = self.known.get(name)
        if known is None or not known.steps:
            return None
        lines = [line for at in sorted(known.steps) for line in self.statements[at].lines]
        if len(lines) < 2 + len(known.roots):
            return None
        roots = sorted(known.roots)
        function = self.made(roots, lines, name)
        memory = self.keep(TableMemory(function if len(roots) == 1 else lambda keys: function(*keys)))
        return [f"{name} = {memory}[{', '.join(roots)}]"]
