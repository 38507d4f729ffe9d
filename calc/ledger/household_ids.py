"""Makes the ids of households that have no number: each begins with its head, or is named by the number of its head.

An id is the name of the head and a line, since an identity number would be that of a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from calc.households.cell_values import CellReading, read_value
from calc.households.derived_facts import numbers_of
from calc.households.headings import relation_to_head
from calc.language.types import MEMBER
from calc.ledger.cell_marks import HEAD, UNKNOWN_HEAD, fault_in, marked
from calc.rules.plan import Plan
from calc.text_forms import clean_id

_LONGEST = 80


def made_id(name: Any, at: int, line: int) -> str:
    """Makes an id of the name of a head and the line of a household, in one of several files counted from 0."""
    text = clean_id(name) if isinstance(name, str) and name.isprintable() and len(name) < _LONGEST else ""
    return f"{text}/{'' if at == 0 else f'{at + 1}:'}{line}"


class Person(NamedTuple):
    """Cells of a row that say who it is about, and who is the head; None for those that it has not."""

    relation: Any
    name: Any
    number: Any
    head_number: Any


class Heads:
    """Says who is a head, by the words of the rules, and which identity number the head of a person has."""

    def __init__(self, plan: Plan) -> None:
        self.words = set(plan.title.get("head_words", ()))
        self.relation = relation_to_head(plan)
        self.identity = next((one for one in numbers_of(plan, MEMBER) if one.format == "identity-number"), None)
        self._known: dict[str, bool] = {}

    def has(self, person: Person) -> bool:
        """Says whether a person is a head."""
        text = person.relation
        if self.relation is None or not isinstance(text, str):
            return False
        if text not in self._known and len(self._known) < _LONGEST:
            self._known[text] = self._is_word_of_head(text)
        return self._known[text] if text in self._known else self._is_word_of_head(text)

    def _is_word_of_head(self, text: str) -> bool:
        value = read_value(self.relation, text) if self.relation is not None else None
        return isinstance(value, str) and value in self.words  # a cell that cannot be read is no word

    def number(self, person: Person) -> tuple[Any, CellReading]:
        """Finds the number of a person's head, as given and as read; in the row of a head it may be the own one."""
        for given in (person.head_number, person.number if self.has(person) else None):
            if self.identity is None or fault_in(given) is not None:
                read: CellReading = clean_id(str(given or "")) or None
            else:
                read = read_value(self.identity, given)
            if read is not None:
                return given, read
        return None, None


class HeadNumbers(dict[str, str]):
    """Ids of households by the identity number of their head; there are no others if it `is_complete`."""

    is_complete = False


class HeadsBegin:
    """Gives each row of a file the household of the last head before it; "" before the first one."""

    def __init__(self, at: int, heads: Heads) -> None:
        self.at = at
        self.heads = heads
        self.current = ""

    def household(self, person: Person, line: int) -> tuple[str, str]:
        """Returns the household of a row, and no mark."""
        if self.heads.has(person):
            self.current = made_id(person.name, self.at, line)
        return self.current, ""


class Blocks:
    """Gives each row of a file the household of its block, by the line on which each begins and its id, in order."""

    def __init__(self, blocks: Iterable[tuple[int, str]]) -> None:
        self.blocks = iter(blocks)
        self.current = ""
        self.next = next(self.blocks, None)

    def household(self, person: Person, line: int) -> tuple[str, str]:
        """Returns the household of a row, and no mark."""
        while self.next is not None and self.next[0] <= line:
            self.current, self.next = self.next[1], next(self.blocks, None)
        return self.current, ""


class ByHeadNumber:
    """Gives each row of a file the household whose head has the number that the row names; "" where it names none.

    What is no number, or one that no household has, gives a mark. Such a row is taken to be of the household above it,
    which must not be assessed without it, unless it is that of a head. `names` are those of heads.
    """

    def __init__(self, at: int, heads: Heads, known: HeadNumbers, names: Mapping[str, Any]) -> None:
        self.at = at
        self.heads = heads
        self.known = known
        self.names = names
        self.current = ""

    def household(self, person: Person, line: int) -> tuple[str, str]:
        """Returns the household of a row, and the mark that rejects it."""
        given, number = self.heads.number(person)
        if number is None:
            return "", ""
        mark = ""
        if not isinstance(number, str):
            mark = marked(HEAD, "", str(given))
        elif fault_in(number) is not None:
            mark = number
        elif number not in self.known:
            if self.known.is_complete:
                mark = marked(UNKNOWN_HEAD, "", number)
            else:
                self.known[number] = made_id(self.names.get(number), self.at, line)
        if not mark:
            self.current = self.known[str(number)]
        elif not self.current or self.heads.has(person):
            self.current = mark
        return self.current, mark
