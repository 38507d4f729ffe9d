"""Derives facts from personal numbers: fills them in where the file has none, else compares them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Union

from calc.engine.facts import Declared, not_known
from calc.households.cell_values import CellError, bound_missed, fact_value_text
from calc.households.identity_numbers import (
    DisabilityCertificate,
    IdentityNumber,
    bare,
    read_disability_certificate,
    read_identity_number,
)
from calc.language.types import CHOICE, DATE, NUMERIC, TEXT
from calc.rules.plan import FactPlan, Plan


def numbers_of(plan: Plan, level: int) -> tuple[FactPlan, ...]:
    """Lists the facts of a level from which others are derived: certificates first, as they hold identity numbers."""
    found = [fact for fact in plan.facts.values() if fact.type.level == level and fact.type.kind == TEXT]
    found = [fact for fact in found if fact.format and fact.derives]
    return tuple(sorted(found, key=lambda fact: fact.format != "disability-certificate"))


def derive(
    facts: dict[str, Declared],
    numbers: Collection[FactPlan],
    plan: Plan,
    fixed: Collection[str] = (),
    show_ids: bool = False,
    language: str | None = None,
) -> list[tuple[str, CellError]]:
    """Fills in the facts derived from numbers; returns the contradictions, each with the name of its fact.

    Facts in `fixed` are left as they are: the user has set them. `language` is that of the file.
    """
    wrong: list[tuple[str, CellError]] = []
    for source in numbers:
        number = facts.get(source.name)
        if number is None:
            continue
        read_number = read_identity_number if source.format == "identity-number" else read_disability_certificate
        read = read_number(str(number))
        assert not isinstance(read, tuple), "a number that was not checked when it was read"
        for part, name in source.derives.items():
            target = plan.facts.get(name)
            if target is None or target.type.level != source.type.level or name in fixed:
                continue
            value = _part(read, part, target)
            if value is None:
                continue
            given = facts.get(name)
            if given is None:
                misread = _out_of_range(target, value)
                if misread is None:
                    facts[name] = value
                    facts.pop(not_known(name), None)
                else:
                    wrong.append((source.name, misread))
            elif (bare(str(given)) if target.type.kind == TEXT else given) != value:
                values = {
                    "fact": name,
                    "read": fact_value_text(target, given, show_ids, language),
                    "source": source.name,
                    "derived": fact_value_text(target, value, show_ids, language),
                }
                wrong.append((name, CellError("contradiction", values)))
    return wrong


def _part(read: Union[IdentityNumber, DisabilityCertificate], part: str, target: FactPlan) -> Declared | None:
    """Reads one part of a number in the form of the target fact; None if that cannot hold it."""
    kind = target.type.kind
    if isinstance(read, IdentityNumber):
        if part == "birth_date":
            return read.birth_date if kind == DATE else None
        return _nth(target, 1 if read.sex == "male" else 2)
    if part == "identity_number":
        return read.identity.number if kind == TEXT else None
    return _nth(target, read.type if part == "type" else read.level)


def _nth(target: FactPlan, code: int) -> Declared | None:
    if target.type.kind == CHOICE:
        return target.type.options[code - 1] if code <= len(target.type.options) else None
    return int(code * 10**target.decimals) if target.type.kind in NUMERIC else None


def _out_of_range(target: FactPlan, value: Declared) -> CellError | None:
    if target.type.kind != DATE and target.type.kind not in NUMERIC:
        return None
    low, high = target.stated_bounds
    step = 10**target.decimals
    if low * step <= int(value) <= high * step:
        return None
    ends = str(fact_value_text(target, int(low * step))), str(fact_value_text(target, int(high * step)))
    bound = bound_missed(target.type.kind, *ends, int(value) < low * step)
    return CellError("out-of-range", {"fact": target.name, "read": fact_value_text(target, value), "bound": bound})
