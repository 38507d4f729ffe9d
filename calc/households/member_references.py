"""Finds the members that facts refer to, by id, name or identity number, once all members of a household are read.

Until then a reference is the text of its cell; afterwards it is the place of the member.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from calc.households.cell_values import CellError, shown
from calc.language.expression_error import Help
from calc.language.types import MEMBER, REFERENCE
from calc.rules.plan import Plan
from calc.text_forms import half_width


def references_of(plan: Plan, level: int) -> list[str]:
    """Lists the facts of a level that refer to a member."""
    facts = plan.facts.values()
    return [one.name for one in facts if one.type.kind == REFERENCE and (one.type.level == MEMBER) == (level == MEMBER)]


class KnownMembers:
    """The members of a household by all that a reference may call them.

    `members` has for each member the id, the name and the identity number, as far as they are known.
    """

    def __init__(self, members: Iterable[Sequence[Any]]) -> None:
        self.places: dict[str, set[int]] = {}
        for place, keys in enumerate(members):
            for key in keys:
                if isinstance(key, (str, int)):
                    self.places.setdefault(_folded(str(key)), set()).add(place)

    def refer(self, facts: dict[str, Any], names: Iterable[str], show_ids: bool = False) -> list[tuple[str, CellError]]:
        """Replaces the references among some facts by places; returns those that do not name one member."""
        wrong = []
        for name in names:
            text = facts.get(name)
            if text.__class__ is not str:
                continue
            found = self.places.get(_folded(text), ())
            if len(found) == 1:
                (facts[name],) = found
                continue
            values = {"fact": name, "read": shown(text, show_ids), "count": len(found)}
            help_: Help | None = None if found else ("nobody", {})
            wrong.append((name, CellError("not-a-member/several" if found else "not-a-member", values, help_)))
        return wrong


def _folded(text: str) -> str:
    """Leaves out what people vary in a name or id: blanks, and the width and the last letter of an identity number."""
    plain = "".join(half_width(text).split())
    return plain.upper() if plain[:17].isdigit() else plain
