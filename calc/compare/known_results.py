"""Read the results of earlier runs as a picture: what each household got in a month, without its facts."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from calc.batch.job import BatchJob
from calc.batch.open_results import RESULTS, result_texts
from calc.batch.read_labels import LabelReader
from calc.batch.read_results import Cells, is_reject, listed_counts, result_rows, whole_steps
from calc.diagnostics.diagnostic import Diagnostic, InputErrors, cell_place
from calc.engine.outcomes import STATUS_NAMES
from calc.engine.simple_plan import need_bits
from calc.rules.plan import Plan
from calc.rules.toml_document import month_number, month_text
from calc.vary.answers import Answer
from calc.vary.kinds import Side


class KnownResults:
    """Files of results, and of rejects where rejected households are to be known; `job` has the plan of their month.

    `benefits` is None, as results have all of them. `without_people` is set if files do not say how many people
    households have.
    """

    benefits: frozenset[str] | None = None

    def __init__(self, job: BatchJob, paths: tuple[str, ...], labels: LabelReader, is_chosen: bool) -> None:
        """`is_chosen` says that somebody chose the month, so that the files may have others."""
        self.job = job
        self.paths = paths
        self.labels = labels
        self.is_chosen = is_chosen
        self.without_people = False

    @property
    def plan(self) -> Plan:
        """The plan of the month."""
        return self.job.plans[0]

    def households(self) -> Iterator[tuple[str, Side]]:
        """Yields each household, those that were rejected last.

        Raises InputErrors with the line of what is no result, and for results of several months or of none.
        """
        reader = ResultHouseholds(self)
        for shown, line, row in self.rows():
            try:
                yield from reader.take(shown, line, row)
            except (KeyError, ValueError, TypeError, AttributeError):
                raise InputErrors([Diagnostic("not-a-result", cell_place(shown, line))]) from None
        yield from reader.ended()
        if not reader.seen and not reader.rejected:
            raise self.no_results()
        self.without_people = reader.without_people
        yield from reader.rejects()

    def no_results(self) -> InputErrors:
        """Makes the error of files without a result of the month."""
        month = month_text(self.plan.month)
        return InputErrors([Diagnostic("not-a-result/none", cell_place(self.paths[0], 1), {"month": month})])

    def rows(self) -> Iterator[tuple[str, int, Cells]]:
        """Yields the rows and objects of all files, each with the name of its file and its line."""
        for path in self.paths:
            for one in result_texts(path, self.labels):
                yield from ((one.path, line, row) for line, row in result_rows(one.path, one.text, self.labels))


def month_of(paths: tuple[str, ...], labels: LabelReader) -> int | None:
    """Finds the month of the first result of some files; None where they have none.

    Of a folder of results its totals say it.
    """
    paths = tuple(totals_of(path) if is_results_folder(path) else path for path in paths)
    texts = chain.from_iterable(result_texts(path, labels, 1) for path in paths)
    rows = chain.from_iterable(result_rows(one.path, one.text, labels) for one in texts)
    found = (month_number(str(row["month"])) for _, row in rows if not is_reject(row) and "month" in row)
    return next(found, None)


def is_results_folder(path: str) -> bool:
    """Says whether a path is a folder of tables of results, as `doudi batch --engine spark` writes them."""
    return os.path.isdir(os.path.join(path, RESULTS))


def totals_of(folder: str) -> str:
    """The path of the table of totals in a folder of results."""
    return os.path.join(folder, "totals", "part-00000.parquet")


class ResultHouseholds:
    """Puts rows together to households: adjacent rows by benefit are one household. `seen` are those with results."""

    def __init__(self, known: KnownResults) -> None:
        self.plan = plan = known.plan
        self.group = known.job.group_by
        self.is_chosen = known.is_chosen
        self.bits = need_bits(plan)
        self.places = {name: at for at, name in enumerate(plan.benefits)}
        self.seen: set[str] = set()
        self.rejected: dict[str, tuple[str, int, str]] = {}
        self.without_people = False
        self.last: str | None = None
        self._start("", "")

    def _start(self, id: str, group: str) -> None:
        self.id, self.of_group = id, group
        self.grants: dict[str, int] = {}
        self.opened: dict[str, int] = {}
        self.people: set[str] = set()

    def take(self, path: str, line: int, row: Cells) -> Iterator[tuple[str, Side]]:
        """Takes a row; yields the households that are complete by it."""
        if is_reject(row):
            id = str(row["id" if "errors" in row else "household"])
            self.rejected.setdefault(id, (path, line, self._group(path, line, row, False)))
            return
        month = month_number(str(row["month"]))
        if month is None:
            raise ValueError(row["month"])
        if month != self.plan.month:
            if not self.is_chosen:
                raise self._error("not-a-result/months", path, line, month=month_text(month),
                                  other=month_text(self.plan.month))  # fmt: skip
            return
        id, is_by_benefit = str(row["id" if "benefits" in row else "household"]), "benefit" in row
        if not (is_by_benefit and self.last == path and id == self.id):
            yield from self.ended()
            if id in self.seen:
                raise self._error("not-a-result/twice", path, line, id=id, month=month_text(month))
            self.seen.add(id)
            self._start(id, self._group(path, line, row, True))
        if is_by_benefit:
            self.last = path
            if row["member"]:
                self.people.add(str(row["member"]))
            self._outcome(path, line, row)
            return
        if "benefits" in row:
            for one in row["benefits"]:
                self._outcome(path, line, one)
        else:
            self._household(path, line, row)
        yield self.id, self._side(int(row["members"]))

    def ended(self) -> Iterator[tuple[str, Side]]:
        """Yields the household of the last rows by benefit, if there are any."""
        if self.last is not None:
            self.last = None
            self.without_people |= not self.people
            yield self.id, self._side(len(self.people))

    def rejects(self) -> Iterator[tuple[str, Side]]:
        """Yields the rejected households. Raises InputErrors for one that has results too."""
        for id, (path, line, group) in self.rejected.items():
            if id in self.seen:
                raise self._error("not-a-result/twice", path, line, id=id, month=month_text(self.plan.month))
            yield id, Side(None, None, 0, group)

    def _side(self, people: int) -> Side:
        grants = {(name, ""): (1, self.grants[name]) for name in self.places if name in self.grants}
        opened = {(name, ""): self.opened[name] for name in self.places if name in self.opened}
        return Side(None, Answer(grants, opened), people, self.of_group)

    def _household(self, path: str, line: int, row: Cells) -> None:
        needs = self._needs(path, line, row)
        for name, _ in listed_counts(row["granted"]):
            self._grant(path, line, name, row.get(name) or "0")
        for name, _ in listed_counts(row["undetermined"]):
            self._known(path, line, name, self.places)
            self.opened[name] = needs

    def _outcome(self, path: str, line: int, one: Cells) -> None:
        name, status = str(one["benefit"]), one["status"]
        if status not in STATUS_NAMES:
            raise ValueError(status)
        if status == "granted":
            self._grant(path, line, name, one["amount"] or "0")
        elif status == "undetermined":
            self._known(path, line, name, self.places)
            self.opened[name] = self.opened.get(name, 0) | self._needs(path, line, one)

    def _grant(self, path: str, line: int, name: str, amount: Any) -> None:
        self._known(path, line, name, self.places)
        self.grants[name] = self.grants.get(name, 0) + whole_steps(amount, self.plan.decimals)

    def _needs(self, path: str, line: int, row: Cells) -> int:
        needs = 0
        for name in {*_names(row.get("needs")), *_names(row.get("unset"))}:
            self._known(path, line, name, self.bits)
            needs |= self.bits[name]
        return needs

    def _known(self, path: str, line: int, name: str, names: Mapping[str, int]) -> None:
        if name not in names:
            raise self._error("not-a-result/rules", path, line, name=name, month=month_text(self.plan.month))

    def _group(self, path: str, line: int, row: Cells, is_needed: bool) -> str:
        if self.group is None:
            return ""
        kept = row.get("kept") or {}
        if self.group not in kept and self.group not in row:
            if not is_needed:
                return ""
            raise self._error("not-a-result/column", path, line, heading=self.group)
        value = kept[self.group] if self.group in kept else row[self.group]
        return "" if value is None else str(value)

    def _error(self, code: str, path: str, line: int, **values: Any) -> InputErrors:
        return InputErrors([Diagnostic(code, cell_place(path, line), values)])


def _names(value: Any) -> list[str]:
    return [*value] if isinstance(value, list) else [one for one in str(value or "").split(";") if one]
