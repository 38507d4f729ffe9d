"""Read lists of what was paid: amounts that are known from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from calc.batch.job import BatchJob
from calc.batch.pipeline import file_options, plan_of_reading
from calc.diagnostics.diagnostic import Diagnostic, InputErrors, cell_place
from calc.households.cell_values import CellError, read_value
from calc.households.household_reader import quoted, shown_id
from calc.language.types import HOUSEHOLD, MONEY, Type
from calc.ledger.header import Naming
from calc.ledger.heading_units import other_unit
from calc.ledger.household_runs import LedgerFileReader, file_reader
from calc.ledger.open_files import opened
from calc.ledger.parquet_to_csv import in_blocks
from calc.ledger.person_numbers import first_number
from calc.ledger.prescan import BlockScanner, number_lines
from calc.ledger.unclear_columns import unclear_column
from calc.rules.plan import FactPlan, Plan
from calc.text_forms import folded
from calc.vary.answers import Answer, Grant, Line
from calc.vary.kinds import Side
from calc.vary.people import number_fact

MOST_PAID = 10**9
"""No payment is higher, in units of the currency: more is a slip."""
LEAST_PAID = 10
"""Of a list of which no payment is as high, in units of the currency, the amounts may be in tens of thousands."""


class KnownAmounts:
    """Amounts by household and benefit; `benefits` are those the amounts are for.

    `twice` has the places of each person who is on the list more than once for a benefit. `is_small` if all amounts
    are so small that they may be in another unit.
    """

    def __init__(self, plan: Plan, benefits: frozenset[str]) -> None:
        self.plan = plan
        self.benefits = benefits
        self.sides: dict[str, Side] = {}
        self.twice: list[list[str]] = []
        self.is_small = False

    def households(self) -> Iterator[tuple[str, Side]]:
        """Yields each household with its amounts."""
        yield from self.sides.items()

    def add(self, id: str, grants: Mapping[str, int]) -> None:
        """Adds amounts of a household, by benefit."""
        side = self.sides.get(id)
        known = side.answer if side is not None and side.answer is not None else Answer({}, {})
        found: dict[Line, Grant] = dict(known.grants)
        for name, amount in grants.items():
            found[name, ""] = 1, found.get((name, ""), (0, 0))[1] + amount
        self.sides[id] = Side(None, Answer(found, {}), 0, "")


def payments_of(job: BatchJob, paths: tuple[str, ...], benefits: Mapping[str, str]) -> KnownAmounts:
    """Reads lists of payments; `benefits` gives the benefit of each heading whose column holds amounts.

    A list has a row a household, or a row a person, whose amounts are added up. Raises InputErrors for what is no
    amount, for a row that names no household and for a heading that no list has.
    """
    plan = plan_of_reading(job.plans)
    assert plan is not None, "there is one month"
    naming = Naming(plan, job.mapped, at_household=True)
    naming.mapped |= {folded(heading): amount_fact(plan, heading) for heading in benefits}
    known = KnownAmounts(job.plans[0], frozenset(benefits.values()))
    people: dict[tuple[str, str], list[str]] = {}
    mistakes: list[Diagnostic] = []
    with opened(paths, file_options(job), naming) as files, in_blocks(files) as texts:
        for file in texts:
            part = file_reader(0, file, naming, job.fill_down)
            mistakes += [*part.mistakes(), *_other_units(part, benefits, plan)]
            if mistakes:
                continue
            columns: dict[int, str] = {}
            for heading, benefit in benefits.items():
                place = _column_of(part, heading)
                if place is None:
                    mistakes.append(_at(part, 1, "bad-setting/paid", heading=heading))
                else:
                    columns[place] = benefit
            if not mistakes:
                _add_list(known, part, columns, people, mistakes, job.show_ids)
    if mistakes:
        raise InputErrors(mistakes)
    most = max((amount for one in known.sides.values() if one.answer for _, amount in one.answer.grants.values()),
               default=0)  # fmt: skip
    known.is_small = 0 < most < LEAST_PAID * 10**plan.decimals
    known.twice = [*{tuple(found): found for found in people.values() if len(found) > 1}.values()]
    return known


def _column_of(part: LedgerFileReader, heading: str) -> int | None:
    """Finds the column of a heading; a unit elsewhere in the file may be behind it."""
    place = part.columns.place_of(heading)
    return None if place is None else int(place)


def _other_units(part: LedgerFileReader, benefits: Mapping[str, str], plan: Plan) -> list[Diagnostic]:
    """Reports columns of amounts in another unit, such as 万元, of which nothing is read."""
    amount, found = amount_fact(plan), []
    for one in part.columns.all:
        name = next((name for name in benefits if one.heading.startswith(name)), None)
        if name is not None and other_unit(one.heading, amount) is not None:
            place = cell_place(part.file.shown, max(1, part.first_line - 1))
            heading = quoted(one.heading)
            found.append(unclear_column("unclear-column", place, heading, benefits[name], "map-other-unit"))
    return found


def _add_list(
    known: KnownAmounts, part: LedgerFileReader, columns: Mapping[int, str], people: dict[tuple[str, str], list[str]],
    mistakes: list[Diagnostic], show_ids: bool,
) -> None:  # fmt: skip
    """Adds the rows of a list. More than six parameters: what is filled, beside what is read."""
    surveyor, places = BlockScanner([part], known.plan), range(len(part.blocks))
    number_lines([part], [(0, place) for place in places], [surveyor.seen(0, place) for place in places])
    amount = amount_fact(known.plan)
    person = _place_of_number(part, known.plan)
    for place in places:
        for line, row in part.rows(place):
            id = part.id_of(row)
            if part.is_set_aside(row, id):
                continue
            if not id:
                mistakes.append(_at(part, line, "no-household"))
                continue
            grants: dict[str, int] = {}
            for at, benefit in columns.items():
                read = read_value(amount, row[at] if at < len(row) else "", show_ids=show_ids)
                if isinstance(read, CellError):
                    mistakes.append(_at(part, line, read.code, **{**read.values, "fact": part.columns.all[at].heading}))
                elif isinstance(read, int) and read:
                    grants[benefit] = grants.get(benefit, 0) + read
            known.add(id, grants)
            said = first_number([(row[person], False)]) if person is not None and person < len(row) else None
            if said is not None:
                for benefit in grants:
                    found = people.setdefault((said, benefit), [])
                    found.append(f"{part.file.shown}:{line} ({shown_id(id, show_ids)})")


def _place_of_number(part: LedgerFileReader, plan: Plan) -> int | None:
    """Finds the column of identity numbers, which is a member's and so has no meaning in a file of households."""
    name = number_fact(plan)
    members = Naming(plan, {})
    for one in part.columns.all:
        meaning = members.meaning(one.heading)
        if isinstance(meaning, FactPlan) and meaning.name == name:
            return int(one.at)
    return None


def amount_fact(plan: Plan, name: str = "amount") -> FactPlan:
    """A fact that holds an amount as payments are written, for reading cells."""
    about = next(iter(plan.benefits.values())).about
    return FactPlan(
        name, Type(MONEY, HOUSEHOLD, 0, 0, MOST_PAID), plan.decimals, None, about, stated_bounds=(0, MOST_PAID)
    )


def _at(part: LedgerFileReader, line: int, code: str, **values: Any) -> Diagnostic:
    return Diagnostic(code, cell_place(part.file.shown, line), values)
