"""Take the households of a screened list: sort them by what to do, write them, and print the sums."""

from __future__ import annotations

import marshal
from array import array
from types import TracebackType
from typing import IO, Any

from calc.batch.atomic_files import Outputs
from calc.batch.job import ResultSink
from calc.batch.writers.file_form import FileForm
from calc.batch.writers.formats import CSV, JSON_LINES, format_of
from calc.batch.writers.open_writers import rows_to
from calc.cli.batch_summary import print_mistakes
from calc.cli.options import echo_lines, remark
from calc.cli.progress import progress_bar
from calc.engine.python.row_engine import RowEngine
from calc.report.encode_rows import csv_text, json_text
from calc.report.screening import AMOUNTS, ScreenRows, ScreenSums
from calc.report.ui_text import say
from calc.rules.plan import Plan
from calc.temporary_folder import TemporaryFolder
from calc.vary.deciding import FactFinder, OneFact
from calc.vary.screening import GROUPS, Screened

_MOST = 1 << 60
_AT_ONCE = 1000


class ScreenSink(ResultSink):
    """Takes screened households into a file and gives them back sorted. A context manager.

    Rows are written as they come; memory has a number for each.
    """

    def __init__(
        self, plan: Plan, kept: tuple[str, ...], form: FileForm, quiet: bool, asked: tuple[str, ...] | None,
        output: str | None, format_: str | None, examples: int, pieces: int,
    ) -> None:  # fmt: skip
        """More than six parameters: the options of the command."""
        self.language = language = form.language
        self.plan, self.quiet, self.most, self.left = plan, quiet, examples, pieces
        self.asked = asked
        self.kept = len(kept)
        self.rows = ScreenRows(plan, language, kept)
        self.sums = ScreenSums(plan)
        self.mistakes: list[tuple[str, Any]] = []
        self.order: list[int] = []
        self.places = array("Q")
        self.shown: list[list[str]] = []
        self.without_pieces = 0
        self.bar = progress_bar(quiet, language)
        self.files = Outputs()
        self.format = format_ or format_of(output)
        self.path = output
        self.shape = self.rows.shape(form.words(self.format))
        self.write: Any = None
        if output is not None:
            path = None if output == "-" else output
            self.write = rows_to(self.files, path, self.format, form, self.shape, plan.decimals)
        self._folder = TemporaryFolder()
        self._file: IO[bytes] = open(f"{self._folder.name}/rows", "w+b")  # noqa: SIM115 - closed by __exit__
        self._decider: FactFinder | None = None

    def __enter__(self) -> ScreenSink:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if error is None:
                self._finish()
                self.files.place()
            else:
                self.files.abandon()
        except BaseException:
            self.files.abandon()
            raise
        finally:
            if self.bar is not None:
                self.bar.stop()
            self._file.close()
            self._folder.cleanup()

    def progress(self, stage: str, done: int, whole: int, households: int) -> None:
        if self.bar is not None:
            self.bar.show(stage, done, whole, households)

    def take(self, one: Screened) -> None:
        """Takes a household."""
        if self.kept < len(one.cells):
            one = _with_cells(one, one.cells[: self.kept])
        self.sums.add(one)
        if one.mistakes:
            self.mistakes.append((one.id, one.mistakes))
        again = None
        if one.own or one.members:
            again = _packed(one)
        at = len(self.places)
        self.order.append((GROUPS.index(one.group) * _MOST + _MOST - 1 - one.money) << 40 | at)
        self.places.append(self._file.tell())
        self._file.write(marshal.dumps((self.rows.row(one), again)))

    def _finish(self) -> None:
        """Reads the households back in the order of what to do, and writes them."""
        self.order.sort()
        self.places.append(self._file.tell())
        waiting: list[list[str]] = []
        for number, key in enumerate(self.order):
            at = key & ((1 << 40) - 1)
            start, end = self.places[at : at + 2]
            self._file.seek(start)
            row, again = marshal.loads(self._file.read(end - start))  # our own file, which no other user can write
            if again is not None and (self.write is not None or number < self.most):
                row = self._with_pieces(row, again)
            if number < self.most:
                self.shown.append(row)
            if self.write is None:
                if number >= self.most:
                    break
                continue
            waiting.append(row)
            if len(waiting) >= _AT_ONCE:
                self._write(waiting)
                waiting = []
        if self.write is not None:
            self._write(waiting)

    def _write(self, rows: list[list[str]]) -> None:
        if self.format == JSON_LINES:
            self.write(json_text(self.rows.object(row) for row in rows))
        else:
            shown = [self.shape.row(row) for row in rows]
            self.write(csv_text(shown, AMOUNTS) if self.format == CSV else shown)

    def _with_pieces(self, row: list[str], again: Any) -> list[str]:
        """The row of a household with what each value of a number brings, for as many households as are asked for."""
        if not self.left:
            self.without_pieces += 1
            return row
        self.left -= 1
        one = _unpacked(again)
        assert one.one is not None
        if self._decider is None:
            places = {name: at for at, name in enumerate(self.plan.benefits)}
            asked = None if self.asked is None else frozenset(places[name] for name in self.asked)
            self._decider = FactFinder(RowEngine(self.plan), asked)
        facts = dict(one.own), [dict(each) for each in one.members], list(one.ids)
        pieces = self._decider.pieces(one.one.fact, one.one.member, facts)
        return row if pieces is None else self.rows.row(one, pieces)

    def print_sums(self) -> None:
        """Prints the sums and some households, on standard output unless the households are written there."""
        language = self.language
        whole = sum(counts[0] for counts in self.sums.groups.values())
        lines = [*self.sums.lines(language), "", say("screen-counts", language, whole=f"{whole:,}")]
        if self.shown:
            lines += ["", *(f"{row[0]}  {row[2]}" for row in self.shown)]
            if whole > len(self.shown):
                lines.append(say("compare-examples", language, count=whole - len(self.shown)))
        echo_lines(lines, err=self.path == "-")

    def print_mistakes(self, show_ids: bool) -> None:
        """Prints some mistakes of households that are rejected or unclear, and what was not worked out."""
        print_mistakes(self.mistakes, show_ids, self.language)
        if self.without_pieces and self.write is not None:
            remark(say("screen-more-pieces", self.language, count=self.without_pieces), False)


def _with_cells(one: Screened, cells: tuple[str, ...]) -> Screened:
    from calc.record import replace

    return replace(one, cells=cells)


def _packed(one: Screened) -> tuple[Any, ...]:
    """The parts of a household of which a number decides, as they can be kept in a file."""
    assert one.one is not None
    return (
        one.id, one.group, tuple(one.ids), tuple(one.cells), one.money, one.offers, one.undue, one.one.fact,
        one.one.member, one.lacking, one.unset, dict(one.own), tuple(map(dict, one.members)), one.offerable,
    )  # fmt: skip


def _unpacked(parts: tuple[Any, ...]) -> Screened:
    id, group, ids, cells, money, offers, undue, fact, member, lacking, unset, own, members, offerable = parts
    return Screened(
        id, group, ids, cells, money, offers, undue, OneFact(fact, member, (), False), (), lacking, unset, None, (),
        own, members, offerable,
    )  # fmt: skip
