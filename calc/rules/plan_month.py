"""Builds the plan of a month from a rulebook, or reports every mistake in what is in force that month.

Names are ordered by use first; then each entry is built and checked after those it needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calc.diagnostics.diagnostic import Diagnostic, InputErrors
from calc.language.symbols import Silent, Symbol, WordSymbol
from calc.language.syntax_tree import Name, Node, Truth
from calc.language.typed_tree import Amount, Constant
from calc.language.types import HOUSEHOLD, MEMBER, YES_NO, Type
from calc.record import replace
from calc.rules.dependency_order import ordered, reachable
from calc.rules.entry_context import EntryContext, about_of
from calc.rules.expressions import Expression
from calc.rules.in_force import never_existed
from calc.rules.kept_versions import KeptVersion, KeptVersions
from calc.rules.plan import BenefitPlan, Built, CheckPlan, DefinitionPlan, FactPlan, ParameterPlan, Plan
from calc.rules.plan_benefits import check as check_plan
from calc.rules.plan_entry import plan_entry
from calc.rules.plan_words import link_facts
from calc.rules.rulebook import Entry, Rulebook, Version
from calc.rules.schema import PERIODS

MOST_SUGGESTIONS = 60
"""Unknown names for which a similar one is looked up; a file with more of them has another fault than typing."""

_LAST_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def plan_for(
    rulebook: Rulebook, month: int, settings: Mapping[str, Any] | None = None, kept: KeptVersions | None = None
) -> Plan:
    """Builds the plan of a month (202206). `settings` give parameters another value for that month, by name.

    `kept` has what earlier plans of this rulebook made. Raises InputErrors with all mistakes of the entries in force.
    """
    return _Month(rulebook, month, settings or {}, kept or KeptVersions()).plan()


def last_day(month: int) -> int:
    """Returns the last day of a month, as a number like 20220630."""
    year, number = divmod(month, 100)
    leap = number == 2 and (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
    return month * 100 + _LAST_DAYS[number - 1] + leap


class _Month:
    """Builds the plan of one month; it is also the scope in which formulas are checked."""

    def __init__(self, rulebook: Rulebook, month: int, settings: Mapping[str, Any], kept: KeptVersions) -> None:
        self.rulebook = rulebook
        self.month = month
        self.settings = settings
        self.kept = kept
        self.has_members = rulebook.has_members
        self.month_start = month * 100 + 1
        self.month_end = last_day(month)
        self.found: list[Diagnostic] = []
        self.symbols: dict[str, Symbol] = {}
        self.words: set[str] = set()
        self.unavailable: set[str] = set()
        self.suggestions = 0

    # the scope

    def find(self, name: str) -> Symbol:
        symbol = self.symbols.get(name)
        if symbol is None and name in self.words:
            return WordSymbol(name)
        return symbol

    def known_names(self) -> list[str]:
        self.suggestions += 1
        if self.suggestions > MOST_SUGGESTIONS:
            return []
        return [*self.symbols, *self.words]

    def state_of(self, name: str) -> str | None:
        exists = name in self.rulebook.entries
        return "not-in-force" if exists and (name not in self.versions or name in self.unavailable) else None

    # the plan

    def plan(self) -> Plan:
        book = self.rulebook
        entries = self.kept.in_month(book.entries, self.month)
        check_entries = self.kept.in_month(book.checks, self.month)
        self.versions = {name: kept.version for name, kept in entries.items()}
        for kept in [*entries.values(), *check_entries.values()]:
            self.found += kept.mistakes
        needs = {name: kept.names for name, kept in entries.items()}
        order, circles = ordered(needs)
        for circle in circles:
            self.report_circle(circle, entries[circle[0]].expressions)
            self.symbols.update(dict.fromkeys(circle, Silent()))
        benefits = [name for name in self.versions if book.entries[name].section == "benefits"]
        check_names = {name for kept in check_entries.values() for name in kept.names}
        used = reachable([*benefits, *check_names], needs)

        context = EntryContext(self, book, self.versions, self.settings, self.found)
        for name, version in self.versions.items():
            if book.entries[name].section.startswith(("facts", "parameters")):
                self.words.update(version.get("options") or ())
        plans = context.plans
        for name, entry in book.entries.items():
            if entry.section == "benefits" and name not in self.versions:
                plans[name] = _not_in_force(entry)
                self.symbols[name] = Amount(plans[name].type, Name(name), name)
        for name in order:
            missing = [need for need in needs[name] if self.state_of(need) and not self.is_benefit(need)]
            section = book.entries[name].section
            if missing and name not in used and section.startswith(("definitions", "facts")):
                self.unavailable.add(name)
                if section == "definitions":
                    continue
            skip_default = bool(missing and name not in used)
            plan, symbol = self.built(context, book.entries[name], entries[name], skip_default)
            self.symbols[name] = symbol
            if plan is not None:
                plans[name] = plan
            if never_existed(book.entries[name]):
                needs[name] = []
            if section.startswith("facts"):
                self.unavailable.discard(name)
        link_facts(context, plans)
        checks = [self.built_check(context, book.checks[name], kept) for name, kept in check_entries.items()]
        if any(one.is_error for one in self.found):
            raise InputErrors(self.found)
        in_order = tuple(check for check in checks if check is not None)
        return self.assemble(plans, in_order, needs, order, tuple(sorted(check_names)))

    def built(self, context: EntryContext, entry: Entry, kept: KeptVersion, skip_default: bool) -> Built:
        def build() -> Built:
            return plan_entry(context, entry, kept.version, kept.expressions, skip_default)

        if entry.name in self.settings:
            return build()
        return kept.built((skip_default, *map(self.meaning, kept.names)), self.found, build)

    def built_check(self, context: EntryContext, check: Entry, kept: KeptVersion) -> CheckPlan | None:
        def build() -> CheckPlan | None:
            return check_plan(context, check, kept.version, kept.expressions)

        return kept.built(tuple(map(self.meaning, kept.names)), self.found, build)

    def meaning(self, name: str) -> tuple[object, ...]:
        """Returns all that a formula finds out about a name: equal ones make equal plans, or equal mistakes."""
        if name == "month_start":
            return (self.month_start,)
        if name == "month_end":
            return (self.month_end,)
        return self.symbols.get(name), self.versions.get(name), name in self.words

    def is_benefit(self, name: str) -> bool:
        return self.rulebook.entries[name].section == "benefits"

    def report_circle(self, circle: list[str], expressions: list[Expression]) -> None:
        path = " → ".join(circle)
        for expression in expressions:
            node = _use_of(circle[1], expression.node) if expression.node is not None else None
            if node is not None:
                self.found.append(expression.diagnostic("circular-definition", node.span, {"path": path}))
                return

    def assemble(
        self,
        plans: dict[str, Any],
        checks: tuple[CheckPlan, ...],
        needs: dict[str, list[str]],
        order: list[str],
        root_names: tuple[str, ...],
    ) -> Plan:
        book = self.rulebook
        in_file = [name for name in book.entries if name in plans]

        def of(kind: type) -> dict[str, Any]:
            return {name: plans[name] for name in in_file if plans[name].__class__ is kind}

        assumed = {name: 1 << at for at, name in enumerate(in_file) if plans[name].about.basis == "assumed"}
        bits: dict[str, int] = {}  # of each name, the assumed entries it uses
        for name in order:
            bits[name] = assumed.get(name, 0)
            for need in needs[name]:
                bits[name] |= bits.get(need, 0)
        benefits = {
            name: replace(benefit, assumptions=tuple(one for one, bit in assumed.items() if bits.get(name, 0) & bit))
            for name, benefit in of(BenefitPlan).items()
        }
        return Plan(
            self.month,
            self.month_start,
            self.month_end,
            book.title,
            book.sources,
            book.decimals,
            self.has_members,
            book.confirmed_until,
            of(ParameterPlan),
            of(FactPlan),
            of(DefinitionPlan),
            benefits,
            checks,
            (
                *(name for name, plan in plans.items() if plan.__class__ is BenefitPlan and not plan.in_force),
                *(name for name in order if name in plans and plans[name].__class__ is not ParameterPlan),
            ),
            book.documents,
            needs,
            root_names,
            dict(self.settings),
            book.topics,
        )


def _not_in_force(entry: Entry) -> BenefitPlan:
    """Builds the plan of a benefit that is not in force: it applies to nobody."""
    level = MEMBER if entry.values.get("to") == "member" else HOUSEHOLD
    about = about_of(entry.name, Version(entry.values, entry.origins, None), ())
    nobody = Constant(Type(YES_NO), Truth(False), False)
    changed = (keys["per"] for _, keys, _ in entry.changes if keys and "per" in keys)
    per = entry.values.get("per") or next(changed, "month")
    return BenefitPlan(entry.name, Type(PERIODS[per], level, 0, 0, 0), per, (), None, nobody, about, None, (), False)


def _use_of(name: str, node: Node) -> Name | None:
    from calc.language.syntax_tree import children

    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Name) and one.name == name:
            return one
        waiting.extend(reversed(children(one)))
    return None
