"""Recognises lists of payments (发放花名册), which have a row a household and state nothing of its members."""

from __future__ import annotations

from calc.language.types import MEMBER
from calc.ledger.header import Header
from calc.rules.plan import FactPlan
from calc.text_forms import folded

_LONGEST = 100


def payment_heading(columns: Header) -> str | None:
    """Finds the heading of a list of payments by the rules' `payment_words`.

    None where a column states more of members than who they are, and where each such column has a meaning.
    """
    facts = [one.meaning for one in columns.facts if isinstance(one.meaning, FactPlan) and one.meaning.format is None]
    if columns.naming.at_household or any(one.type.level == MEMBER for one in facts):
        return None
    words = [folded(one) for one in columns.naming.plan.title.get("payment_words", ())]
    unknown = [one.heading for one in columns.all if one.meaning is None and len(one.heading) < _LONGEST]
    return next((one for one in unknown if any(word in folded(one) for word in words)), None)
