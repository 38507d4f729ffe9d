"""Reads which benefits of which households changed, in a file of changes that `doudi compare` wrote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from calc.batch.open_results import result_texts
from calc.batch.read_results import result_rows
from calc.diagnostics.diagnostic import Diagnostic, InputErrors, cell_place
from calc.report.comparison import HEADINGS
from calc.report.decision_letters import ListedLine
from calc.report.table_shape import changes_headings
from calc.rules.find_names import find_names
from calc.rules.plan import Plan


def changed_lines(path: str, plans: Iterable[Plan]) -> frozenset[ListedLine]:
    """Lists the lines of a file of changes; benefits may have ids or labels. Raises InputErrors where it is none."""
    abouts = {name: one.about for plan in plans for name, one in plan.benefits.items()}
    found = set()
    for at, line, household, benefit, member in _lines(path):
        if benefit:
            names = [benefit] if benefit in abouts else find_names(abouts.values(), benefit)
            if len(names) != 1:
                raise InputErrors([Diagnostic("not-a-benefit", cell_place(at, line), {"word": benefit})])
            found.add((household, names[0], member))
    return frozenset(found)


def _lines(path: str) -> Iterator[tuple[str, int, str, str, str]]:
    """Yields the place, household, benefit and member of each change."""
    for one in result_texts(path, None):
        for line, row in result_rows(one.path, one.text):
            try:
                for household, benefit, member in _of_row(row):
                    yield one.path, line, str(household), str(benefit or ""), str(member or "")
            except (KeyError, TypeError):
                raise InputErrors([Diagnostic("not-a-result/changes", cell_place(one.path, line))]) from None


def _of_row(row: Mapping[str, Any]) -> Iterator[tuple[Any, Any, Any]]:
    """Yields household, benefit and member of a row, or of each benefit of an object. Raises KeyError and TypeError."""
    if "benefits" in row:
        household, _ = row["id"], row["change"]
        yield from ((household, one["benefit"], one["member"]) for one in row["benefits"])
        return
    own = [*row]
    for headings in (HEADINGS, changes_headings("zh"), changes_headings("en")):
        if own == [*headings]:
            yield row[headings[0]], row[headings[2]], row[headings[3]]
            return
    raise KeyError(own)
