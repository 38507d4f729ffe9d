"""Types of the plan of a month: everything in force, checked, in the order in which it can be computed.

Engines take a plan and households, nothing else. Only `calc.rules.plan_month` makes one.
"""

from __future__ import annotations

from typing import Any, Union

from calc.diagnostics.source import Source
from calc.exact import Number
from calc.language.lookup_tables import LookupTable, Scale
from calc.language.symbols import Silent, Symbol
from calc.language.syntax_tree import Node
from calc.language.typed_tree import Term
from calc.language.types import Type
from calc.record import Record
from calc.rules.rulebook import Origin, Topic, digest

OPEN = ""
"""The option of spellings that do not decide which one is meant."""


class About(Record):
    """An entry's label in two languages, its sources, and how certain it is (`basis`).

    `fails` is the label of a condition that does not hold, `short` a short label of a benefit,
    `words` other words by which lists name it.
    """

    name: str
    label: str
    en: str
    cite: tuple[str, ...] = ()
    basis: str = "published"
    note: str | None = None
    note_en: str | None = None
    origin: Origin | None = None
    since: int | None = None
    fails: str | None = None
    fails_en: str | None = None
    short: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def label_in(self, language: str) -> str:
        """Returns the label in `zh` (the file's own language) or `en`."""
        return self.en if language == "en" else self.label

    def fails_in(self, language: str) -> str | None:
        """Returns the label of a condition that does not hold; None where the rules have none in the language."""
        return self.fails_en if language == "en" else self.fails

    def note_in(self, language: str) -> str | None:
        """Returns the note in a language, else in the other one."""
        return (self.note_en or self.note) if language == "en" else (self.note or self.note_en)


class ParameterPlan(Record):
    """A parameter in force; `value` is None where it is unset."""

    name: str
    type: Type
    value: Number | bool | str | LookupTable | Scale | None
    about: About
    raw: Any = None


class FactPlan(Record):
    """A fact that may be declared; numbers are held as whole multiples of `10 ** -decimals`.

    `words` are other spellings of its options, folded, "" for those that leave open which; `not_known` what the rules
    add to the words for "not known". `stated_bounds` are the least and greatest number or date that can be stated: a
    default may be beyond the limits of the kind, or have more decimals. `sets` are the values of other facts that a
    word settles, by the word, folded; `holds` the other facts whose words its cells may hold. `several`
    has the options that mean several of others in one cell. `remedy` is a word of `calc.rules.schema.REMEDIES`.
    """

    name: str
    type: Type
    decimals: int
    default: Term | None
    about: About
    options_en: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    question: str | None = None
    question_en: str | None = None
    format: str | None = None
    derives: dict[str, str] = {}
    words: dict[str, str] = {}
    unit: str | None = None
    not_known: frozenset[str] = frozenset()
    stated_bounds: tuple[Number, Number] = (0, 0)
    sets: dict[str, dict[str, Union[int, bool, str]]] = {}
    holds: tuple[FactPlan, ...] = ()
    several: dict[str, frozenset[str]] = {}
    remedy: str | None = None

    def settled(self) -> list[str]:
        """Lists the other facts that its cells may state."""
        found = [name for values in self.sets.values() for name in values]
        found += [one.name for one in self.holds]
        found += [name for one in self.holds for name in one.settled() if name != self.name]
        return list(dict.fromkeys(found))


class DefinitionPlan(Record):
    """A derived value; `shown` is the formula as written."""

    name: str
    type: Type
    term: Term
    about: About
    shown: Node


class ConditionPlan(Record):
    """One condition of a benefit: the name of a definition or fact, or an expression's own text."""

    name: str
    term: Term
    about: About


class BenefitPlan(Record):
    """A benefit. `type.level` is that of `to`. One that is not in force this month applies to nobody.

    `persons` is the number of people a grant to the household counts for in totals; without it, all members.
    `assumptions` are the names of assumed entries that it uses.
    """

    name: str
    type: Type
    per: str
    conditions: tuple[ConditionPlan, ...]
    amount: Term | None
    applies_to: Term | None
    about: About
    persons: Term | None = None
    assumptions: tuple[str, ...] = ()
    in_force: bool = True


class CheckPlan(Record):
    """A check of the data: households for which `term` is no are reported."""

    name: str
    term: Term
    about: About


Built = tuple[Union[ParameterPlan, FactPlan, DefinitionPlan, BenefitPlan, None], Symbol]
"""The plan of an entry, and the symbol its name has for the entries built after it."""
BROKEN: Built = (None, Silent())


class Plan(Record):
    """One month's rules. `steps` are names of facts, definitions and benefits, each after what it needs;
    `needs` are the names each name uses, `root_names` those that checks use."""

    month: int
    month_start: int
    month_end: int
    title: dict[str, Any]
    sources: tuple[Source, ...]
    decimals: int
    has_members: bool
    confirmed_until: int | None
    parameters: dict[str, ParameterPlan]
    facts: dict[str, FactPlan]
    definitions: dict[str, DefinitionPlan]
    benefits: dict[str, BenefitPlan]
    checks: tuple[CheckPlan, ...]
    steps: tuple[str, ...]
    documents: dict[str, dict[str, Any]]
    needs: dict[str, list[str]]
    root_names: tuple[str, ...]
    set: dict[str, Any] = {}
    topics: dict[str, Topic] = {}

    @property
    def sha256(self) -> str:
        """The digest of the rules that the plan was made of."""
        return digest(self.sources)

    def about(self, name: str) -> About:
        """Returns label and sources of a name of this month."""
        for table in (self.definitions, self.facts, self.benefits, self.parameters):
            if name in table:
                return table[name].about  # type: ignore[attr-defined, no-any-return]
        return About(name, name, name)
