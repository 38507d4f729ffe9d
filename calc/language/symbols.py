"""Types of the symbols of a month: the meanings of names for the checker."""

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
    """A name whose own entry has a mistake: entries that use it are not reported as well."""


Symbol = Union[Parameter, Fact, Definition, Amount, TableSymbol, ScaleSymbol, WordSymbol, Silent, None]


class Scope(Protocol):
    """The names of a rules file in one month."""

    has_members: bool
    month_start: int
    month_end: int

    def find(self, name: str) -> Symbol:
        """Finds the symbol of a name, or None."""
        ...

    def known_names(self) -> list[str]:
        """Lists all names, to suggest one."""
        ...

    def state_of(self, name: str) -> str | None:
        """Returns `"not-in-force"` if the name exists but has no version this month, else None."""
        ...
