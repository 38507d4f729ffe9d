"""A ledger through DuckDB, from its files to results, rejects and totals: range by range of households."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

from sqlglot import exp

from calc.batch.block import Assessor, Done, Wanted, failed_checks
from calc.batch.columns.counts import Counts
from calc.batch.columns.grouping import Grouped, grouped
from calc.batch.columns.loading import Loaded, Loader, fill_table
from calc.batch.columns.month import MonthQuery
from calc.batch.columns.others import Others
from calc.batch.columns.phrases import named, phrase, select, sql, within
from calc.batch.columns.typed import Shape, levels_of
from calc.batch.run import Summary, Told
from calc.engine.columns import pieces
from calc.engine.columns.duck import AT_ONCE, Connection, connect, stated
from calc.engine.columns.inputs import Inputs
from calc.intake.ledger.finding import Finding, Rejected
from calc.intake.ledger.ledger import Ledger
from calc.intake.names import ID, NAME
from calc.present import lines
from calc.record import replace
from calc.rules.plan import Plan

AT_A_TIME = 200_000
"""Households that are decided together: what they come to is held until it is written."""


def assess(
    ledger: Ledger,
    plans: list[Plan],
    wanted: Wanted,
    memory: str | None,
    threads: int | None,
    write: Callable[[Any], None],
    reject: Callable[[Rejected], None],
    warn: Callable[[str, tuple[Finding, ...]], None],
    progress: Told | None = None,
) -> Summary:
    """Assess a whole ledger and hand on what comes of it, as `calc.batch.run.assess` does after a survey."""
    with (
        tempfile.TemporaryDirectory(prefix="doudi-") as folder,
        closing(connect(memory or "1GB", folder, threads)) as connection,
    ):
        return _Run(ledger, plans, wanted, connection, folder, write, reject, warn, progress).run()


class _Run:
    def __init__(
        self,
        ledger: Ledger,
        plans: list[Plan],
        wanted: Wanted,
        connection: Connection,
        folder: str,
        write: Callable[[Any], None],
        reject: Callable[[Rejected], None],
        warn: Callable[[str, tuple[Finding, ...]], None],
        progress: Told | None,
    ) -> None:
        self.ledger = ledger
        self.plans = plans
        self.wanted = wanted
        self.connection = connection
        self.folder = folder
        self.write = write
        self.reject = reject
        self.warn = warn
        self.progress = progress
        self.counts = Counts(plans, wanted)
        self.assessed = self.rejected = 0

    def do(self, tree: pieces.Tree) -> None:
        self.connection.execute(sql(tree))

    def run(self) -> Summary:
        shape = Shape.of(self.ledger.plan, len(self.wanted.kept))
        loaded = Loader(self.ledger, shape, self.connection, self.folder).run()
        words = {word for part in self.ledger.parts for word in part.columns.by_word}
        found = grouped(self.connection, shape, loaded, bool({ID, NAME} & words))
        self.ledger.surveyed(found.survey)
        others = Others(self.connection, self.ledger, loaded)
        taken = _Held(self._others(others))
        ranges = list(_ranges(found))
        months = self._months(shape) if found.plain else []
        for at, (low, high) in enumerate(ranges, 1):
            self._range(low, high, months, loaded, [*taken.before(high)])
            if self.progress is not None:
                self.progress("assess", at, len(ranges), self.assessed + self.rejected)
        tally = self.counts.tally()
        undetermined = sum(group.undetermined for group in tally.groups.values())
        return Summary(self.assessed, self.rejected, undetermined, found.rows - others.blank, tally)

    # the row path

    def _others(self, others: Others) -> Iterator[tuple[int, Done]]:
        """What came of each household of the row path, by its position."""
        assessor = Assessor(self.ledger, self.plans, self.wanted)
        for position, entry in others.households():
            done = Done()
            rows: list[list[str]] = []
            objects: list[dict[str, Any]] = []
            assessor.take(entry, done, rows, objects)
            done.out = self._text(rows, objects)
            yield position, done

    def _text(self, rows: list[list[str]], objects: list[dict[str, Any]]) -> str:
        if self.wanted.format == "csv":
            return lines.csv_text(rows)
        if self.wanted.format == "jsonl":
            return lines.json_text(objects)
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(rows)
        return out.getvalue()

    # the month's queries

    def _months(self, shape: Shape) -> list[MonthQuery]:
        own, of_members = levels_of(shape)
        views = {"range_households": ["household", *own], "range_members": ["household", "place", "id", *of_members]}
        for name, columns in views.items():
            source = name.removeprefix("range_")
            if source == "members" and not self.ledger.plan.has_members:
                continue
            self.do(pieces.view_of(name, select(source, [pieces.column(one) for one in columns])))
        about = ["household", "id", "size", *shape.kept_columns()]
        self.do(pieces.view_of("about", select("households", [pieces.column(one) for one in about])))
        members = "range_members" if self.ledger.plan.has_members else None
        made = []
        for plan in self.plans:
            inputs = Inputs("range_households", members, {name: shape.facts[name] for name in plan.facts})
            inputs = replace(inputs, pattern=stated(self.connection, plan, inputs))
            made.append(MonthQuery(plan, inputs, self.wanted, self.connection))
        return made

    def _range(
        self, low: int, high: int, months: list[MonthQuery], loaded: Loaded, mine: list[tuple[int, Done]]
    ) -> None:
        """Decide the households of a range and write what came of them and of those of the row path."""
        rejects: list[tuple[int, Rejected]] = []
        if months:
            self._narrow(low, high)
            for month in months if len(months) > 1 else ():
                month.find_failing(month is months[0])
            for at, month in enumerate(months):
                month.decide(len(months) > 1)
                if len(months) == 1:
                    month.keep_failing()
                assessed = self.counts.add_decided(self.connection, month, low)
                self.assessed += assessed if at == 0 else 0
                month.make_texts(f"texts_{at}")
            rejects = [*self._failing(loaded)]
        texts = []
        for position, done in mine:
            self.counts.add(done.tally, position)
            self.assessed += done.assessed
            rejects += [(position, one) for one in done.rejected]
            if done.out:
                texts.append((position, done.out.encode("utf-8", "replace").decode()))
            for household, findings in done.warnings:
                self.warn(household, findings)
        for _, one in sorted(rejects, key=lambda one: one[0]):
            self.rejected += 1
            self.reject(one)
        self._write(len(months), texts)

    def _narrow(self, low: int, high: int) -> None:
        """Have the month's queries see the households of a range only."""
        for name in ("households", "members") if self.ledger.plan.has_members else ("households",):
            condition = phrase("household >= :low AND household < :high", low=low, high=high)
            columns = self.connection.execute(sql(pieces.shape_of(f"range_{name}"))).description
            chosen = select(name, [pieces.column(one[0]) for one in columns]).where(condition, copy=False)
            self.do(pieces.view_of(f"range_{name}", chosen))

    def _failing(self, loaded: Loaded) -> Iterator[tuple[int, Rejected]]:
        """The plain households whose data fail a check in some month."""
        kept = [pieces.column(f"k{at}", "about") for at in range(len(self.wanted.kept))]
        query = phrase("SELECT failing.household, failing.month, failing.bits, about.id FROM failing JOIN about "
                       "ON failing.household = about.household")  # fmt: skip
        query = query.select(*kept, copy=False)  # type: ignore[attr-defined]
        plans = {plan.month: plan for plan in self.plans}
        for position, month, bits, id, *cells in self.connection.execute(sql(query)).fetchall():
            file, line = loaded.place_of(position)
            shown = self.ledger.parts[file].file.shown
            rejected = Rejected(id, shown, line, failed_checks(plans[month], int(bits), shown, line), tuple(cells))
            self.counts.reject(rejected, position)
            yield position, rejected

    def _write(self, months: int, texts: list[tuple[int, str]]) -> None:
        """The texts of a range in the order of the ledger."""
        if not months:
            for _, one in texts:
                self.write(one)
            return
        first = select("texts_0", [pieces.column("household", "texts_0")])
        parts = [pieces.column("text", f"texts_{at}") for at in range(months)]
        found = first.select(named(pieces.call("CONCAT", *parts), "text"), copy=False)
        for at in range(1, months):
            on = pieces.binary(exp.EQ, pieces.column("household", "texts_0"), pieces.column("household", f"texts_{at}"))
            found = found.join(pieces.relation(f"texts_{at}"), on=on, copy=False)
        query: exp.Query = found
        if texts:
            fill_table(self.connection, "other_texts", [("household", "BIGINT"), ("text", "VARCHAR")], texts)
            query = exp.Union(this=found, expression=select("other_texts", [exp.Star()]), distinct=False)
        ordered = select(within(query, "all_texts"), [pieces.column("text")])
        cursor = self.connection.execute(sql(ordered.order_by(pieces.ordered(pieces.column("household")), copy=False)))
        while rows := cursor.fetchmany(AT_ONCE):
            self.write("".join([row[0] for row in rows]))


class _Held:
    """What came of the row path, taken range by range: the first one behind a range is held."""

    def __init__(self, source: Iterator[tuple[int, Done]]) -> None:
        self.source = source
        self.held: list[tuple[int, Done]] = []

    def before(self, high: int) -> Iterator[tuple[int, Done]]:
        """The elements below a position."""
        while self.held or self._advance():
            if self.held[0][0] >= high:
                return
            yield self.held.pop()

    def _advance(self) -> bool:
        for one in self.source:
            self.held.append(one)
            return True
        return False


def _ranges(found: Grouped) -> Iterator[tuple[int, int]]:
    """Ranges of positions with about so many plain households each; the last one is open."""
    count = max(1, -(-found.plain // AT_A_TIME))
    low, last = found.span
    width = (last + 1 - low) // count + 1
    begin = 0
    for at in range(1, count):
        yield begin, low + at * width
        begin = low + at * width
    yield begin, 1 << 62
