"""What names mean to the checker: one month's symbols."""

from __future__ import annotations

from typing import Protocol, Union

from calc.language.lookup_tables import LookupTable, Scale
from calc.language.typed_tree import Amount, Definition, Fact, Parameter
from calc.language.types import Type
from calc.record import Record


class TableSymbol(Record):
    """A parameter that is a table; `type` is that of its cells."""

    name: str
    type: Type
    table: LookupTable | None
    axes: tuple[str, ...] = ()


class ScaleSymbol(Record):
    """A parameter that is a marginal scale."""

    name: str
    scale: Scale | None


class WordSymbol(Record):
    """A word of one or more choices."""

    word: str


class Silent(Record):
    """A name whose own entry has a mistake: what uses it is not blamed as well."""


Symbol = Union[Parameter, Fact, Definition, Amount, TableSymbol, ScaleSymbol, WordSymbol, Silent, None]


class Scope(Protocol):
    """The names of a rules file in one month."""

    has_members: bool
    month_start: int
    month_end: int

    def find(self, name: str) -> Symbol:
        """What the name stands for, or None."""
        ...

    def known_names(self) -> list[str]:
        """All names, to suggest one."""
        ...

    def state_of(self, name: str) -> str | None:
        """`"not-in-force"` where the name exists but has no version this month."""
        ...
