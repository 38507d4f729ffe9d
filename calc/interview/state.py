"""Types of an interview: what has been answered so far, and the questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calc.engine.outcomes import Need
from calc.language.typed_tree import Aggregate, Amount, Definition, Fact, Me, Received, UnknownTerm, walk
from calc.language.types import YES_NO
from calc.record import Record, replace
from calc.rules.plain_default import plain_default
from calc.rules.plan import FactPlan

Raw = dict[str, Any]
"""Facts by name, as a household file would state them."""


class NamedMember(Record):
    """A member: the name, and the facts as stated."""

    name: str
    facts: Raw


class Picking(Record):
    """A list that waits to be put to a member (None: to the household): some facts of a topic."""

    topic: str
    member: int | None
    facts: tuple[str, ...]


class State(Record):
    """All answers so far. Never changed: each answer makes another one, so that going back leaves nothing behind.

    `closed` are facts whose default holds since their question was put, `picked` those that are asked next.
    """

    id: str
    facts: Raw
    people: tuple[NamedMember, ...] = ()
    has_everybody: bool = False
    closed: frozenset[Need] = frozenset()
    picked: tuple[Need, ...] = ()
    picking: tuple[Picking, ...] = ()

    def document(self) -> dict[str, Any]:
        """Returns the household as a household file states it, by the names of facts."""
        found: dict[str, Any] = {"编号": self.id, **self.facts}
        if self.people:
            found["成员"] = [{"姓名": one.name, **one.facts} for one in self.people]
        return found

    def stated(self, need: Need) -> Any:
        """Finds what is stated of a fact; None where nothing is."""
        name, place = need
        return (self.facts if place is None else self.people[place].facts).get(name)

    def with_fact(self, need: Need, raw: Any) -> State:
        """Makes the state with a fact stated; None takes the statement away."""
        name, place = need

        def changed(facts: Mapping[str, Any]) -> Raw:
            rest = {key: one for key, one in facts.items() if key != name}
            return rest if raw is None else {**rest, name: raw}

        if place is None:
            return replace(self, facts=changed(self.facts))
        people = [*self.people]
        people[place] = NamedMember(people[place].name, changed(people[place].facts))
        return replace(self, people=tuple(people))

    def with_default(self, fact: FactPlan, place: int | None) -> State:
        """Makes the state in which a default was put as an answer: stated if a file can state it, else closed."""
        plain = plain_default(fact)
        if plain is None:
            return replace(self, closed=self.closed | {(fact.name, place)})
        return self.with_fact((fact.name, place), plain)


class Prompt(Record):
    """A question: `facts` that it is about, and `members` it can concern.

    `kind` is one of those below. `topic` is that of WHO and PICK. Nothing typed takes the default of a FACT that
    `has_default`.
    """

    kind: str
    facts: tuple[str, ...] = ()
    members: tuple[int | None, ...] = ()
    topic: str = ""
    has_default: bool = False

    @property
    def need(self) -> Need:
        """The one fact and place that it asks for."""
        return self.facts[0], self.members[0]


PERSON, WHO, PICK, FACT = "person", "who", "pick", "fact"
"""The next person; the members whom a topic concerns; the facts of a topic for one of them; the value of one fact."""


def is_presumption(fact: FactPlan) -> bool:
    """Says whether a fact has a default that is the same for every household: silence, taken for something."""
    if fact.default is None:
        return False
    terms = walk(fact.default)
    derived = any(isinstance(one, (Fact, Amount, Received, Aggregate, Me, UnknownTerm)) for one in terms)
    return not derived and not any(isinstance(one, Definition) and one.value is None for one in terms)


def picked_value(fact: FactPlan) -> Any:
    """Returns what is stated of a fact by picking it from a list: the other answer of a yes/no; None if to be asked."""
    plain = plain_default(fact)
    return not plain if fact.type.kind == YES_NO and isinstance(plain, bool) else None
