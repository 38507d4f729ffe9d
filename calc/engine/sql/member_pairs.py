"""Writes the relations of aggregates that have a value for each member, grouped over the pairs the member is in."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.identifiers import HOUSEHOLD, PLACE
from calc.engine.sql.stages import ComputedColumn, Pairing

_ITSELF, _OTHER = "itself", "other"
_KEYS = (HOUSEHOLD, PLACE)
Write = Callable[[ComputedColumn, Callable[[str], str]], Tree]
"""Writes a column with its name, given the relation of each column that it uses."""


def grouped_over_pairs(base: str, pairing: Pairing, made: list[ComputedColumn], write: Write) -> exp.Select:
    """Groups the pairs of a pairing by the member itself."""
    keys = [build.column(key, _ITSELF) for key in _KEYS]
    theirs, mine = build.column(pairing.theirs, _OTHER), build.column(pairing.mine, _ITSELF)
    match = build.binary(exp.EQ, theirs, mine)
    if not pairing.is_sure:
        match = build.either(match, build.is_null(theirs), build.is_null(mine))
    same = build.binary(exp.EQ, build.column(HOUSEHOLD, _ITSELF), build.column(HOUSEHOLD, _OTHER))
    columns = [write(one, lambda name: _ITSELF if name in pairing.own else _OTHER) for one in made]
    select = exp.select(*keys, *columns, copy=False).from_(build.relation(base, _ITSELF), copy=False)
    select = select.join(build.relation(base, _OTHER), on=build.both(same, match), copy=False)
    return select.group_by(*(build.own(key) for key in keys), copy=False)


def with_pairs(base: str, columns: list[str], grouped: list[tuple[str, list[ComputedColumn]]]) -> exp.Select:
    """Joins to members what is grouped over their pairs; members without any are kept."""
    select = exp.select(*(build.column(one, base) for one in columns), copy=False)
    select = select.from_(build.relation(base), copy=False)
    for name, made in grouped:
        select = select.select(*(build.column(one.name, name) for one in made), copy=False)
        on = build.both(*(build.binary(exp.EQ, build.column(key, base), build.column(key, name)) for key in _KEYS))
        select = select.join(build.relation(name), on=on, join_type="left", copy=False)
    return select
