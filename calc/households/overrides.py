"""Reads `--set name=value`: parameters of the month, facts of the household, facts of its members."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Union

from calc.diagnostics.diagnostic import Diagnostic, InputErrors, Place
from calc.diagnostics.punctuation import listed
from calc.diagnostics.source import Source
from calc.engine.facts import Declared, Household, Member, not_known
from calc.households.cell_values import CellError, NotKnown, shown
from calc.households.derived_facts import derive, numbers_of
from calc.households.headings import Headings
from calc.households.member_references import KnownMembers, references_of
from calc.households.read_cell import read_cell
from calc.households.value_forms import day_in, number_in, word_in, yes_no_in
from calc.language.expression_error import close_match, named_hint
from calc.language.lookup_tables import LookupTable, Scale
from calc.language.types import CHOICE, COUNT, DATE, HOUSEHOLD, LIMITS, MEMBER, NUMERIC, SCALE, YES_NO, kind_words
from calc.record import Record
from calc.rules.find_names import find_names, near_name
from calc.rules.plan import FactPlan, ParameterPlan, Plan
from calc.text_forms import half_width

EVERYONE = "*"
_MOST_COMPARED, _MOST_LISTED = 1000, 8
Facts = dict[str, Declared]
Changes = Mapping[str, Union[Declared, None]]
"""Facts by their keys; None takes a fact away, so that it is not stated."""


class Settings(Record):
    """The values of `--set`. `parameters` are for `plan_for`; `members` are by id, `*` is every member."""

    parameters: dict[str, Any] = {}
    household: dict[str, Union[Declared, None]] = {}
    members: dict[str, dict[str, Union[Declared, None]]] = {}
    places: dict[str, Place] = {}

    def of_member(self, id: str) -> dict[str, Union[Declared, None]]:
        """Merges the changes for one member: those for every member, then the member's own."""
        return {**self.members.get(EVERYONE, {}), **self.members.get(id, {})}


def parse_settings(texts: Iterable[str], plan: Plan, *, show_ids: bool = False) -> Settings:
    """Reads texts `name=value`. Raises InputErrors with all mistakes in them.

    `plan` is that of the month without settings; if the result has `parameters`, the caller makes the plan of the month
    with them.
    """
    from calc.households.identity_numbers import mask_in

    headings, settings = Headings(plan), Settings({}, {}, {}, {})
    found: list[Diagnostic] = []
    for text in texts:
        source = Source("--set", text, _no_places, None if show_ids else mask_in)
        place, text = Place(source), text.replace("＝", "=", 0 if "=" in text else 1)
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not name:
            found.append(Diagnostic("bad-setting", place, {"text": _shown_text(text, show_ids)}))
            continue
        wrong = _Setting(plan, headings, name, value, place, show_ids).into(settings)
        if wrong is not None:
            found.append(Diagnostic(wrong.code, place, wrong.values, wrong.help))
    if found:
        raise InputErrors(found)
    return settings


def overlay(facts: Mapping[str, Declared], changes: Changes) -> dict[str, Declared]:
    """Applies changes to facts."""
    result = {name: value for name, value in facts.items() if name not in changes}
    result.update({name: value for name, value in changes.items() if value is not None})
    return result


def apply(household: Household, settings: Settings, plan: Plan) -> Household:
    """Applies settings to a household, and derives facts from numbers that were set.

    Raises InputErrors if such a number contradicts a stated fact.
    """
    wrong: list[tuple[str, CellError]] = []

    def changed(facts: Facts, changes: dict[str, Union[Declared, None]], level: int) -> Facts:
        result = overlay(facts, changes)
        if changes:
            wrong.extend(derive(result, numbers_of(plan, level), plan, changes))
        return result

    facts = changed(household.facts, settings.household, HOUSEHOLD)
    members = tuple(
        Member(member.id, changed(member.facts, settings.of_member(member.id), MEMBER)) for member in household.members
    )
    known = KnownMembers([[member.id] for member in members])
    for table, level in ((facts, HOUSEHOLD), *((member.facts, MEMBER) for member in members)):
        wrong += known.refer(table, references_of(plan, level))
    if wrong:
        place = Place(Source("--set", "", _no_places))
        raise InputErrors([Diagnostic(misread.code, place, misread.values, misread.help) for _, misread in wrong])
    return Household(household.id, facts, members)


def fact_named(text: str, plan: Plan, household: Household, option: str) -> tuple[FactPlan, int | None]:
    """Finds a fact of the household, or of one member, and the member's place. Raises InputErrors for other names."""
    headings, place = Headings(plan), Place(Source(option, text, _no_places))
    own = headings.find(text, HOUSEHOLD)
    if isinstance(own, FactPlan):
        return own, None
    ids = [one.id for one in household.members]
    id, _, heading = (part.strip() for part in text.rpartition("."))
    fact = headings.find(heading, MEMBER)
    if isinstance(fact, FactPlan) and id in ids:
        return fact, ids.index(id)
    if isinstance(fact, FactPlan) and id:
        wrong = Diagnostic("bad-setting/member", place, {"id": _shown_text(id, False)}, _likely_member(id, ids))
        raise InputErrors([wrong])
    near = heading if isinstance(fact, FactPlan) else headings.near(heading, MEMBER)
    likely = f"{id or (ids[0] if ids else '')}.{near}" if near and (ids or id) else headings.near(text, HOUSEHOLD)
    raise InputErrors([Diagnostic("bad-setting/over", place, {"name": _shown_text(text, False)},
                                  named_hint(likely) or ("list-facts", {}))])  # fmt: skip


def unmatched(settings: Settings, ids: Iterable[str]) -> list[Diagnostic]:
    """Reports settings for members that are not among the ids."""
    known = dict.fromkeys(ids)
    return [
        Diagnostic(
            "bad-setting/member",
            settings.places.get(id, Place(Source("--set", ""))),
            {"id": _shown_text(id, False)},
            _likely_member(id, list(known)),
        )
        for id in settings.members
        if id not in known and id != EVERYONE
    ]


def _likely_member(id: str, known: list[str]) -> tuple[str, dict[str, Any]] | None:
    """Makes the hint for an id that nobody has: a similar one, or all of them where they are few."""
    near = close_match(id, known) if len(known) <= _MOST_COMPARED else None
    if near is not None:
        return "did-you-mean", {"name": _shown_text(near, False)}
    if not 0 < len(known) <= _MOST_LISTED:
        return None
    ids = [_shown_text(one, False) for one in known]
    return "one-of", {"options": (listed(ids, "en"), listed(ids, "zh"))}


class _Setting(Record):
    plan: Plan
    headings: Headings
    name: str
    value: str
    place: Place
    show_ids: bool

    def into(self, settings: Settings) -> CellError | None:
        """Adds the setting to the others, or returns the mistake in it. A later one of a name replaces an earlier."""
        parameter = _parameter(self.plan, self.name)
        fact = self.headings.find(self.name, HOUSEHOLD)
        exact = self.name in self.plan.parameters
        if isinstance(fact, FactPlan) and not exact:
            return self.fact_into(settings.household, fact)
        if parameter is not None:
            read = self.parameter(parameter)
            if isinstance(read, CellError):
                return read
            settings.parameters[parameter.name] = read
            return None
        id, dot, heading = (part.strip() for part in self.name.rpartition("."))
        if dot and id and heading:
            of_member = self.headings.find(heading, MEMBER)
            if isinstance(of_member, FactPlan):
                settings.places.setdefault(id, self.place)
                return self.fact_into(settings.members.setdefault(id, {}), of_member)
            near = self.headings.near(heading, MEMBER) if of_member.level is None else None
            return self.unknown(f"{id}.{near}" if near else None)
        if isinstance(self.headings.find(self.name, MEMBER), FactPlan):
            text = f"{EVERYONE}.{self.shown_name}={_shown_text(self.value, self.show_ids)}"
            return CellError("bad-setting/name", {"name": self.shown_name}, ("write-instead", {"text": text}))
        return self.unknown(None)

    @property
    def shown_name(self) -> str:
        """The name as messages show it."""
        return _shown_text(self.name, self.show_ids)

    def unknown(self, near: str | None) -> CellError:
        if near is None and len(self.name) < 60:
            abouts = [one.about for one in self.plan.parameters.values()]
            abouts += [fact.about for fact in self.headings.facts[HOUSEHOLD].values()]
            near = near_name(abouts, self.name)
        return CellError("bad-setting/name", {"name": self.shown_name}, named_hint(near))

    def fact_into(self, changes: dict[str, Union[Declared, None]], fact: FactPlan) -> CellError | None:
        if self.adds(fact.type.kind):
            return self.not_added()
        read, others = read_cell(fact, self.value, show_ids=self.show_ids)
        if isinstance(read, CellError):
            return read
        for name, value in others.items():
            changes |= {name: value, not_known(name): None}
        is_open = isinstance(read, NotKnown)
        changes[fact.name] = None if isinstance(read, NotKnown) else read
        changes[not_known(fact.name)] = True if is_open else None
        return None

    def adds(self, kind: str) -> bool:
        """Says whether the value looks like an amount to be added: `+200`. A ledger's cell with it is just 200."""
        return kind in NUMERIC and "+" in half_width(self.value)

    def not_added(self) -> CellError:
        return CellError("bad-setting/sign", {"name": self.shown_name, "read": shown(self.value, self.show_ids)})

    def not_of_kind(self, kind: str) -> CellError:
        values = {"name": self.shown_name, "read": shown(self.value, self.show_ids), "kind": kind_words(kind)}
        return CellError("bad-setting/value", values)

    def parameter(self, parameter: ParameterPlan) -> Any:
        """Reads the value of a parameter, in the form of a rules file."""
        kind, text = parameter.type.kind, self.value
        value: Any
        if kind == SCALE or isinstance(parameter.value, (Scale, LookupTable)):
            return CellError("bad-setting/table", {"name": self.shown_name})
        if self.adds(kind):
            return self.not_added()
        if kind in NUMERIC:
            value = number_in(text, kind)
            low, high = LIMITS[kind]
            if value is not None and (not low <= value <= high or (kind == COUNT and value.__class__ is not int)):
                value = None
        elif kind == YES_NO:
            value = yes_no_in(text)
        elif kind == DATE:
            value = _date(text)
        elif kind == CHOICE:
            value = word_in(text, parameter.type.options)
        else:
            value = text or None
        return self.not_of_kind(kind) if value is None else value


def _parameter(plan: Plan, name: str) -> ParameterPlan | None:
    """Finds a parameter by its name, or by a label that no other has."""
    if name in plan.parameters:
        return plan.parameters[name]
    found = find_names((one.about for one in plan.parameters.values()), name)
    return plan.parameters[found[0]] if len(found) == 1 else None


def _shown_text(text: str, show_ids: bool) -> str:
    return str(shown(text, show_ids))[1:-1]


def _date(text: str) -> Any:
    day = day_in(text)
    if day is None or not LIMITS[DATE][0] <= day <= LIMITS[DATE][1]:
        return None
    from datetime import date

    return date(day // 10000, day // 100 % 100, day % 100)


def _no_places(_: str) -> dict[tuple[object, ...], Any]:
    return {}
