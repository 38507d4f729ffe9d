"""Reads a cell as all that it states: the value of its fact, and other facts that its word settles or that it holds.

`长子` is a child, and male; `肢体二级` a kind of disability, and its level. What a cell states of other facts is filled
in where nothing else states them, as what follows from an identity number is, and else has to agree.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any

from calc.engine.facts import Declared, not_known
from calc.households.cell_values import (
    NOT_KNOWN,
    CellError,
    CellReading,
    NotKnown,
    fact_value_text,
    read_value,
    shown,
)
from calc.households.several_facts import SeveralFacts
from calc.rules.plan import OPEN, FactPlan, Plan
from calc.text_forms import folded_word, unwrapped, whole_code

Others = Mapping[str, Declared]
"""Values of other facts, by name."""
_NONE: Others = {}
_KNOWN: dict[int, SeveralFacts] = {}
"""The words of facts that hold others, by the identity of the fact: making them takes longer than reading a cell."""
_MOST_KNOWN = 200
Statement = tuple[FactPlan, Others]
"""A fact that a cell was read as, and what the cell states of other facts."""


def read_cell(
    fact: FactPlan, raw: Any, *, show_ids: bool = False, language: str | None = None
) -> tuple[CellReading, Others]:
    """Reads the value of a fact in a cell, as `read_value` does, and the other facts that the cell states."""
    read = read_value(fact, raw, show_ids=show_ids, language=language)
    if not fact.sets and not fact.holds and not fact.several:
        return read, _NONE
    text = str(raw) if raw.__class__ is int and raw.bit_length() < 64 else raw
    if text.__class__ is not str:
        return read, _NONE
    text = unwrapped(text)
    if not isinstance(read, CellError):
        own = fact.sets.get(folded_word(text))
        return read, fact.sets.get(folded_word(whole_code(text)), _NONE) if own is None else own
    return _several(fact, text, read, show_ids) if fact.holds or fact.several else (read, _NONE)


def _several(fact: FactPlan, text: str, misread: CellError, show_ids: bool) -> tuple[CellReading, Others]:
    """Reads a cell that holds the words of several facts; else returns what is wrong with it."""
    known = _KNOWN.get(id(fact))
    if known is None or known.facts[0] is not fact:
        if len(_KNOWN) > _MOST_KNOWN:
            _KNOWN.clear()
        known = _KNOWN[id(fact)] = SeveralFacts((fact, *fact.holds))
    pieces = known.pieces(whole_code(text))
    if pieces is None:
        left = known.left_over(whole_code(text))
        if left is None:
            return misread, _NONE
        names = (", ".join(one.name for one in known.facts), "、".join(one.name for one in known.facts))
        values = {"fact": fact.name, "read": shown(text, show_ids), "left": shown(left, show_ids), "facts": names}
        return CellError("not-a-word/left-over" if left else "not-a-word/unclear", values), _NONE
    own: CellReading = None
    others: dict[str, Declared] = {}
    for one in pieces:
        value = read_value(one.fact, one.value) if one.value != OPEN else NOT_KNOWN
        if isinstance(value, CellError):
            return value, _NONE
        if one.fact is fact:
            own = value
        elif value is not None and not isinstance(value, NotKnown):
            others[one.fact.name] = value
        for name, settled in one.fact.sets.get(one.word, _NONE).items():
            if name != fact.name and others.setdefault(name, settled) != settled:
                values = {"fact": fact.name, "read": shown(text, show_ids)}
                return CellError("not-a-word/unclear", values), _NONE
    return own, others


def settle(
    facts: dict[str, Declared],
    statements: Iterable[Statement],
    plan: Plan,
    fixed: Container[str],
    has_cell: Container[str],
    show_ids: bool = False,
    language: str | None = None,
) -> list[tuple[str, CellError]]:
    """Fills in the facts that cells of others state; returns the contradictions, each with the fact of its cell.

    Facts in `fixed` are left as they are: the user has set them; those in `has_cell` have a cell of their own.
    More than six parameters: those of a table, and the form of its messages.
    """
    wrong: list[tuple[str, CellError]] = []
    for source, others in statements:
        for name, value in others.items():
            target = plan.facts.get(name)
            if target is None or name in fixed:
                continue
            given = facts.setdefault(name, value)
            facts.pop(not_known(name), None)
            if given != value:
                values = {
                    "fact": name,
                    "read": fact_value_text(target, given, show_ids, language),
                    "source": source.name,
                    "derived": fact_value_text(target, value, show_ids, language),
                }
                wrong.append((name if name in has_cell else source.name, CellError("contradiction", values)))
    return wrong
