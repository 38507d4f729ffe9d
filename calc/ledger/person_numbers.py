"""Cells that may hold a personal number → the number that says who somebody is, for finding who is listed twice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from calc.households.derived_facts import numbers_of
from calc.households.identity_numbers import DisabilityCertificate, read_disability_certificate, read_identity_number
from calc.language.types import MEMBER
from calc.ledger.header import Header
from calc.rules.plan import FactPlan, Plan

_SHORTEST = 15
"""Characters of an identity number of the first generation: less is none, as where a cell says "not known"."""


def people_columns(columns: Header, plan: Plan) -> list[tuple[int, bool]]:
    """The columns that say who a member is, the identity number first; the other kind are certificates."""
    own = {fact.name: fact for fact in numbers_of(plan, MEMBER)}
    found = [
        (one.at, one.meaning.format == "disability-certificate")
        for one in columns.facts
        if isinstance(one.meaning, FactPlan) and one.meaning.name in own
    ]
    return sorted(found, key=lambda one: one[1])


def person_in(row: list[str], people_at: list[tuple[int, bool]]) -> str | None:
    """The first 17 digits of the identity number of a row's member.

    Of several numbers that are given the first that is one counts, identity numbers before certificates.
    """
    return first_number((row[at], is_certificate) for at, is_certificate in people_at if at < len(row))


def first_number(given: Iterable[tuple[Any, bool]]) -> str | None:
    """The first 17 digits of the first value that is a number, each given with whether it is a certificate's."""
    return next((number for value, is_certificate in given if (number := _number(value, is_certificate))), None)


def _number(value: Any, is_certificate: bool) -> str | None:
    """The digits that say who somebody is; a wrong number counts too where its form is that of one."""
    if value.__class__ is not str and value.__class__ is not int:
        return None
    text = str(value) if value.__class__ is not int or value.bit_length() < 256 else ""
    if len(text) == 18 + 2 * is_certificate and (digits := text[:17]).isascii() and digits.isdigit():
        return digits
    if not _SHORTEST <= len(text) <= 60:
        return None
    read = read_disability_certificate(text) if is_certificate else read_identity_number(text)
    if isinstance(read, tuple):
        return None
    return read.identity.number[:17] if isinstance(read, DisabilityCertificate) else read.number[:17]
