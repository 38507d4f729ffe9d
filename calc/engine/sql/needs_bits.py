"""Sets of needs in a query: as many words of 63 bits as the facts and parameters that can be missing fill."""

from __future__ import annotations

from collections.abc import Iterable

from calc.engine.schedule import AggregateItem, BenefitItem, CheckItem, Item, NamedItem, PersonsItem
from calc.engine.specialize import Missing, SimplePlan
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.sql_value import Needs
from calc.language.typed_tree import Lookup, Term, walk

WORD_BITS = 63
"""Bits of a word that never touch the sign."""


class NeedWords:
    """The numbering: only what can be missing for a pattern of stated facts gets a bit, so one word mostly does."""

    def __init__(self, simple: SimplePlan, items: Iterable[Item]) -> None:
        self.bits = simple.bits
        self.possible = 0
        for term in _terms(items):
            for one in walk(term):
                if isinstance(one, Missing):
                    self.possible |= one.unknown.needs
                elif isinstance(one, Lookup) and any(cell is None for cell in one.table.cells.values()):
                    self.possible |= simple.bits[one.name]
        self.names = [name for name, bit in simple.bits.items() if self.possible & bit]
        self.places = {simple.bits[name]: divmod(place, WORD_BITS) for place, name in enumerate(self.names)}
        self.count = -(-len(self.names) // WORD_BITS)

    def constant(self, needs: int) -> Needs:
        """The words of a set of needs of the plan's own numbering."""
        return {word: build.whole(value) for word, value in self.words(needs).items()}

    def words(self, needs: int) -> dict[int, int]:
        """The same, as numbers."""
        found: dict[int, int] = {}
        for bit, (word, place) in self.places.items():
            if needs & bit:
                found[word] = found.get(word, 0) | 1 << place
        return found

    def where(self, test: Tree, name: str) -> Needs:
        """The need of a fact or parameter where a test is true, else none."""
        return {
            word: build.case([(test, tree)], build.whole(0)) for word, tree in self.constant(self.bits[name]).items()
        }

    def names_in(self, words: dict[int, int]) -> list[str]:
        """The facts and parameters in a set."""
        return [name for place, name in enumerate(self.names)
                if words.get(place // WORD_BITS, 0) >> place % WORD_BITS & 1]  # fmt: skip

    def plan_bits(self, words: dict[int, int]) -> int:
        """The set in the plan's own numbering, as the row engine has it."""
        total = 0
        for name in self.names_in(words):
            total |= self.bits[name]
        return total


def _terms(items: Iterable[Item]) -> Iterable[Term]:
    for item in items:
        match item:
            case NamedItem(term=term, default=default):
                yield term
                if default is not None:
                    yield default
            case AggregateItem(term=aggregate):
                yield aggregate
            case BenefitItem(benefit=benefit):
                yield from (benefit.applies_to, *benefit.conditions, benefit.amount)
            case CheckItem(term=check):
                yield check
            case PersonsItem(term=persons):
                yield persons
