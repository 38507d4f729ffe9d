"""Compare the households of two pictures, one by one, and add up what changed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from calc.batch.choose_engine import Choice, choose_engine
from calc.batch.job import DUCKDB, ROWS, EngineFailed, NotWorthIt, ResultSink, WrongJob
from calc.batch.pipeline import few_collections
from calc.compare.find_changes import CauseFinder, ChangeFinder
from calc.compare.known_amounts import KnownAmounts
from calc.compare.known_results import KnownResults
from calc.compare.read_picture import OpenedPicture, Picture, opened_picture, scanned_picture
from calc.compare.spool import Spool
from calc.compare.unlike_ids import UnlikeIds, unlike_ids
from calc.engine.sql.unsupported import UnsupportedPlan
from calc.record import replace
from calc.report.ui_text import say
from calc.rules.plan import Plan
from calc.vary.answers import PictureEngine
from calc.vary.causes import Causes
from calc.vary.comparison import ComparisonSummary, HouseholdChange
from calc.vary.kinds import SAME, Side
from calc.vary.people import number_fact
from calc.vary.rule_steps import rule_steps

if TYPE_CHECKING:
    from calc.compare.changed_households import SameHouseholds


class ChangeTaker(ResultSink):
    """Takes the changes of households, and whatever a run over ledgers says. Override what you need."""

    def take(self, change: HouseholdChange) -> None:
        """A household that is not the same."""

    def unlike_ids(self, unlike: UnlikeIds) -> None:
        """Hardly any household is in both pictures."""


ID, PERSON = MATCHES = ("id", "person")


def compare(
    before: Picture | KnownAmounts | KnownResults, after: Picture, sink: ChangeTaker, match: str = ID
) -> ComparisonSummary:
    """Compares two pictures; the sink takes each household that is not the same, those of the later ledger first.

    The earlier picture may be amounts that are known from elsewhere: paid, or results of a run. `match` is `id`, or
    `person`: households are the same that have the most people in common, by their identity numbers. The engine is
    that of the later picture's job.
    Raises InputErrors and BatchError as `run_batch` does, and WrongJob where facts are counted in other steps.
    """
    with few_collections(), contextlib.ExitStack() as stack:
        if not isinstance(before, Picture):
            require_one_currency(before.plan, after.plan)
            opened = stack.enter_context(opened_picture(after.job))
            summary = _with_known(before, opened, sink, match)
            asks = after.job.engine == DUCKDB
            summary.engine, summary.why = ROWS, say("unfit-known", after.job.language) if asks else ""
            return summary
        require_comparable(before.plan, after.plan)
        if sum(path == "-" for one in (before, after) for path in (*one.job.ledgers, *one.job.household_facts)) > 1:
            raise WrongJob("one-stdin")
        old, new = (stack.enter_context(opened_picture(one.job)) for one in (before, after))
        choice = _choice(old, new, match)
        if choice.engine == DUCKDB:
            try:
                summary = _by_duckdb(before, after, (old, new), sink)
            except (UnsupportedPlan, EngineFailed) as failed:
                if after.job.engine == DUCKDB:
                    raise
                choice = Choice(ROWS, failed.message(after.job.language))
                if not isinstance(failed, NotWorthIt):
                    sink.engine_failed(failed)
                    choice = Choice(ROWS, say("why-failed", after.job.language))
        if choice.engine == ROWS:
            summary = _by_rows(before, after, (old, new), sink, match)
        summary.engine, summary.why = choice.engine, choice.why
        return summary


def _choice(old: OpenedPicture, new: OpenedPicture, match: str) -> Choice:
    """Chooses the engine for both pictures: DuckDB only where it fits both."""
    language, asked = new.job.language, new.job.engine
    if match != ID and asked != ROWS:
        return Choice(ROWS, say("unfit-match", language, engine=DUCKDB))
    for one in (old, new):
        # changes are written at the end, so that the row engine may begin again
        choice = choose_engine(replace(one.job, engine=asked, output="changes.csv"), one.ledger)
        if choice.engine != DUCKDB:
            return choice
    return choice


def _with_known(
    before: KnownAmounts | KnownResults, after: OpenedPicture, sink: ChangeTaker, match: str
) -> ComparisonSummary:  # fmt: skip
    summary = ComparisonSummary(before.plan, after.job.plans[0])
    number = number_fact(after.job.plans[0])
    with Spool(number) as earlier, Spool(number) as later:
        fill(earlier, before.households())
        _read(after, later, summary, 1, sink)
        finder = ChangeFinder(earlier, later, before.benefits, before.plan, after.job.plans[0])
        for change in finder.changes(pairs_of(earlier, later, match, sink)):
            take_change(change, summary, sink)
    return summary


def _by_rows(
    before: Picture, after: Picture, opened: tuple[OpenedPicture, OpenedPicture], sink: ChangeTaker,
    match: str,
) -> ComparisonSummary:  # fmt: skip
    summary = ComparisonSummary(before.plan, after.plan)
    number = number_fact(after.plan)
    with Spool(number) as earlier, Spool(number) as later:
        engines = [_read(one, spool, summary, at, sink)
                   for at, (one, spool) in enumerate(zip(opened, (earlier, later), strict=True))]  # fmt: skip
        finder = CauseFinder(earlier, later, number, _causes(before, after, engines[0], engines[1]))
        for change in finder.changes(pairs_of(earlier, later, match, sink)):
            take_change(change, summary, sink)
    return summary


def take_change(change: HouseholdChange, summary: ComparisonSummary, sink: ChangeTaker) -> None:
    """Adds up a household, and gives it to the sink if it is not the same."""
    summary.add(change)
    if change.kind != SAME:
        sink.take(change)


def _read(
    opened: OpenedPicture, spool: Spool, summary: ComparisonSummary, side: int, sink: ResultSink
) -> PictureEngine:
    """Assesses the households of a picture one by one; `side` is 0 for the earlier picture."""
    with scanned_picture(opened, sink) as picture:
        fill(spool, picture.households(sink))
    summary.rejects[side].extend(picture.rejects)
    summary.unknown[side].extend(picture.unknown)
    return picture.engine


def _by_duckdb(
    before: Picture, after: Picture, opened: tuple[OpenedPicture, OpenedPicture], sink: ChangeTaker
) -> ComparisonSummary:
    from calc.compare.by_duckdb import compared

    summary = ComparisonSummary(before.plan, after.plan)
    number = number_fact(after.plan)
    with compared(*opened, number, sink) as pictures:
        old, new = pictures.old, pictures.new
        for side, picture in enumerate((old, new)):
            summary.rejects[side].extend(reject for _, reject in picture.rejects)
            summary.unknown[side].extend(picture.reader.unknown)
        causes = _causes(before, after, old.reader.engine, new.reader.engine)
        finder = CauseFinder(old.spool, new.spool, number, causes)
        take_changes(finder, pictures.same, (old.positions, new.positions), summary, sink)
    return summary


def take_changes(
    finder: ChangeFinder, same: Sequence[SameHouseholds], positions: tuple[Mapping[str, int], Mapping[str, int]],
    summary: ComparisonSummary, sink: ChangeTaker,
) -> None:  # fmt: skip
    """Adds up households that are the same and those of two spools, which the sink takes.

    `positions` are those of the households in the spools, in either picture.
    """
    first: dict[str, tuple[int, int]] = {}
    for one in same:
        summary.add_same(one.group, one.size, one.households, one.people, one.benefits)
        first[one.group] = min((1, one.first), first.get(one.group, (1, one.first)))
    count = sum(one.households for one in same)
    for change in finder.changes(pairs_of(finder.earlier, finder.later, ID, sink, count)):
        take_change(change, summary, sink)
        is_gone = change.after is None
        place = 1 + is_gone, positions[not is_gone][change.id]
        first[change.group] = min(place, first.get(change.group, place))
    summary.groups = {name: summary.groups[name] for name in sorted(first, key=lambda one: first[one])}


def pairs_of(earlier: Spool, later: Spool, match: str, sink: ChangeTaker, same: int = 0) -> dict[str, str]:
    """Finds the earlier household of later ones; the sink hears at once where hardly any is in both."""
    if match == PERSON:
        return earlier.same_people(later)
    pairs = {id: id for id in later.places if id in earlier.places}
    unlike = unlike_ids(earlier, later, same, len(pairs))
    if unlike is not None:
        sink.unlike_ids(unlike)
    return pairs


def fill(spool: Spool, households: Iterator[tuple[str, Side]]) -> None:
    """Adds households to a spool."""
    for id, side in households:
        spool.add(id, side)


def _causes(before: Picture, after: Picture, old: PictureEngine, new: PictureEngine) -> Causes:
    steps = rule_steps(
        before.rulebook, before.plan.month, after.rulebook, after.plan.month, before.job.settings.parameters
    )
    expected = None if old.expected is None or new.expected is None else old.expected | new.expected
    return Causes(old, new, steps, before.plan.month != after.plan.month, lambda plan: PictureEngine(plan, expected))


def require_comparable(old: Plan, new: Plan) -> None:
    """Raises WrongJob where amounts or facts of the two plans are counted in different steps."""
    require_one_currency(old, new)
    for name, fact in old.facts.items():
        other = new.facts.get(name)
        if other is not None and (other.decimals != fact.decimals or other.type.kind != fact.type.kind):
            raise WrongJob("compare-fact", name=name)


def require_one_currency(old: Plan, new: Plan) -> None:
    """Raises WrongJob where amounts of the two plans are counted in different steps."""
    if old.decimals != new.decimals:
        raise WrongJob("compare-currency")
