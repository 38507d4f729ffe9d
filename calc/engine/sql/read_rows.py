"""Makes the query for given households, and reads its rows as raw outcomes, from whichever database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Union

from calc.engine.python.row_engine import RawOutcome
from calc.engine.simple_plan import NEVER
from calc.engine.specialize import simplified
from calc.engine.sql.benefit_columns import Field, OutcomeColumns
from calc.engine.sql.compile_plan import Program, program
from calc.engine.sql.dialects import dialect_named
from calc.engine.sql.input_tables import Inputs
from calc.engine.sql.needs_bits import WORD_BITS
from calc.engine.sql.query import Query
from calc.engine.unknown import Unknown
from calc.language.types import MEMBER
from calc.rules.plan import Plan


def query_of(plan: Plan, inputs: Inputs, dialect: str = "duckdb", apart: bool = False, with_ids: bool = False) -> Query:
    """Makes the query for households in `inputs`. Raises UnsupportedPlan where there is no exact query."""
    pattern = {name: often for name, often in inputs.pattern.items() if often != NEVER and name in inputs.columns}
    lowered = program(simplified(plan, pattern), dialect_named(dialect), inputs.columns)
    return Query(lowered, inputs.households, inputs.members, apart=apart, with_ids=with_ids)


def raws_of(query: Query, rows: Iterable[Sequence[Any]]) -> Iterator[tuple[int, RawOutcome]]:
    """Yields each household's ordinal and raw outcome, as of `RowEngine.raw`.

    `rows` are those of `Query.all_rows`, the row of each household before those of its members.
    """
    columns = [*query.household_columns(), *query.member_columns()]
    for ordinal, group in groupby(rows, lambda row: row[0]):
        own, *members = (dict(zip(columns, row[2:], strict=True)) for row in group)
        yield int(ordinal), _raw(query.program, own, members)


def _raw(lowered: Program, household: dict[str, Any], members: list[dict[str, Any]]) -> RawOutcome:
    words = [_value(field, household) for field in lowered.failed_checks]
    failed = sum(bits << (WORD_BITS * word) for word, bits in enumerate(words))
    outcomes: list[Any] = []
    for one in lowered.outcomes:
        if lowered.level_of(one) == MEMBER:
            outcomes.append([_outcome(lowered, one, member) for member in members])
        else:
            outcomes.append(_outcome(lowered, one, household))
    persons = tuple(_persons(lowered, one, household) for one in lowered.outcomes)
    return failed, tuple(outcomes), persons


def _persons(lowered: Program, columns: OutcomeColumns, row: Mapping[str, Any]) -> Union[int, Unknown, None]:
    if columns.persons is None:
        return None
    counted = _value(columns.persons, row)
    if counted is not None:
        return int(counted)
    words = {word: _value(field, row) for word, field in columns.persons_needs.items()}
    return Unknown(lowered.words.plan_bits(words))


def _outcome(lowered: Program, columns: OutcomeColumns, row: dict[str, Any]) -> tuple[int, Any, int, int]:
    words = {word: _value(field, row) for word, field in columns.needs.items()}
    needs = lowered.words.plan_bits(words)
    status, amount = _value(columns.status, row), _value(columns.amount, row)
    return status, amount, _value(columns.failed, row), needs


def _value(field: Field, row: Mapping[str, Any]) -> Any:
    return row[field] if isinstance(field, str) else field
