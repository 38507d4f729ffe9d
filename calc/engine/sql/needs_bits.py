"""Numbers the facts and parameters that can be missing: each has a bit in one of the words of 63 bits of a query."""

from __future__ import annotations

from collections.abc import Iterable

from calc.engine.schedule import Item, terms_of
from calc.engine.simple_plan import Missing, SimplePlan
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.sql_value import Needs
from calc.language.typed_tree import Lookup, walk

WORD_BITS = 63
"""Bits of a word without its sign."""


class NeedWords:
    """The bits of a query: only what can be missing for the stated facts has one, so that mostly one word is enough."""

    def __init__(self, simple: SimplePlan, items: Iterable[Item]) -> None:
        self.bits = simple.bits
        self.possible = 0
        for item in items:
            for one in (part for term in terms_of(item) for part in walk(term)):
                if isinstance(one, Missing):
                    self.possible |= one.unknown.needs
                elif isinstance(one, Lookup) and any(cell is None for cell in one.table.cells.values()):
                    self.possible |= simple.bits[one.name]
        self.names = [name for name, bit in simple.bits.items() if self.possible & bit]
        self.places = {simple.bits[name]: divmod(place, WORD_BITS) for place, name in enumerate(self.names)}
        self.count = -(-len(self.names) // WORD_BITS)

    def constant(self, needs: int) -> Needs:
        """Writes the words of a set of needs that is in the plan's bits."""
        return {word: build.whole(value) for word, value in self.words(needs).items()}

    def words(self, needs: int) -> dict[int, int]:
        """Turns a set of needs that is in the plan's bits into words."""
        found: dict[int, int] = {}
        for bit, (word, place) in self.places.items():
            if needs & bit:
                found[word] = found.get(word, 0) | 1 << place
        return found

    def where(self, test: Tree, name: str) -> Needs:
        """Writes the need of a fact or parameter where a test is true, else none."""
        return {
            word: build.case([(test, tree)], build.whole(0)) for word, tree in self.constant(self.bits[name]).items()
        }

    def names_in(self, words: dict[int, int]) -> list[str]:
        """Lists the facts and parameters in a set of words."""
        return [name for place, name in enumerate(self.names)
                if words.get(place // WORD_BITS, 0) >> place % WORD_BITS & 1]  # fmt: skip

    def plan_bits(self, words: dict[int, int]) -> int:
        """Turns words into a set of needs in the plan's bits, as the row engine has it."""
        total = 0
        for name in self.names_in(words):
            total |= self.bits[name]
        return total
