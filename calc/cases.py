"""Reads worked cases, runs them, and finds the entries of a rules file that no case uses."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

from calc.diagnostics.diagnostic import Diagnostic, InputErrors
from calc.engine.traced.interpreter import Trace
from calc.engine.traced.provenance import entries_used
from calc.expectations import Difference, compare, compare_rejection, is_expectable, is_texts, written
from calc.households.read_households import Reject, read_household
from calc.record import Record
from calc.rules.in_force import change_months
from calc.rules.kept_versions import KeptVersions
from calc.rules.plan import Plan
from calc.rules.plan_month import plan_for
from calc.rules.rulebook import Entry, Origin, Rulebook
from calc.rules.schema import REQUIRED, SHAPES, wanted_in_both
from calc.rules.toml_document import month_number, month_text, parse_toml, read_text


class Case(Record):
    """A worked household with the expected answer."""

    title: str
    month: int
    household: dict[str, Any]
    expect: dict[str, Any]
    set: dict[str, Any]
    origin: Origin


class CaseOutcome(Record):
    """A case that was run: the differences, or the reasons why it could not be run."""

    case: Case
    trace: Trace | None
    differences: tuple[Difference, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def passes(self) -> bool:
        """True if every answer is the expected one."""
        return not self.differences and not self.diagnostics


def load_cases(rulebook: Rulebook, paths: Sequence[str] = (), with_own: bool = True) -> list[Case]:
    """Loads the cases of a rules file, of the files it names, and of the given files or folders."""
    cases = [_case(raw, origin) for raw, origin in rulebook.cases] if with_own else []
    own = named_paths(rulebook) if with_own else []
    given = {os.path.realpath(path) for path in paths}
    for path in [*(one for one in own if os.path.exists(one) and os.path.realpath(one) not in given), *paths]:
        for file in case_files(path):
            cases += cases_in(file)
    return cases


def named_paths(rulebook: Rulebook) -> list[str]:
    """Lists the files and folders of cases that a rules file names."""
    named = rulebook.title.get("cases", [])
    folder = os.path.dirname(rulebook.path)
    return [os.path.join(folder, one) for one in ([named] if isinstance(named, str) else named)]


def case_files(path: str) -> list[str]:
    """Lists the TOML files of a folder in the order of their names, or the one file."""
    if not os.path.isdir(path):
        return [path]
    found = []
    for folder, _, names in os.walk(path):
        found += [os.path.join(folder, name) for name in names if name.endswith(".toml")]
    return sorted(found)


def cases_in(path: str) -> list[Case]:
    """Reads the cases of one file: `[[cases]]`, or one case at the top level. Raises InputErrors."""
    source = read_text(path)
    raw = parse_toml(source)
    if "cases" in raw and isinstance(raw["cases"], list):
        bodies = [(body, Origin(source, ("cases", at))) for at, body in enumerate(raw["cases"])]
    else:
        bodies = [(raw, Origin(source, ()))]
    found = [one for body, origin in bodies for one in _mistakes(body, origin)]
    if found:
        raise InputErrors(found)
    return [_case(body, origin) for body, origin in bodies]


def _mistakes(body: Any, origin: Origin) -> Iterator[Diagnostic]:
    shapes = SHAPES["cases"]
    if not isinstance(body, dict):
        yield Diagnostic("wrong-value", origin.place(), {"key": "cases", "wanted": wanted_in_both("a table of keys")})
        return
    for key, value in body.items():
        place = Origin(origin.source, (*origin.keys, key)).place(on_key=True)
        if key not in shapes:
            yield Diagnostic("unknown-key", place, {"key": key})
        elif not shapes[key][0](value):
            yield Diagnostic("wrong-value", place, {"key": key, "wanted": wanted_in_both(shapes[key][1])})
    for key in REQUIRED["cases"]:
        if key not in body:
            yield Diagnostic("missing-key", origin.place(on_key=True), {"key": key, "entry": body.get("title", "case")})


def _case(raw: dict[str, Any], origin: Origin) -> Case:
    month = month_number(raw["month"])
    assert month is not None
    return Case(raw["title"], month, raw["household"], raw["expect"], raw.get("set", {}), origin)


def run_cases(rulebook: Rulebook, cases: Sequence[Case]) -> Iterator[CaseOutcome]:
    """Runs each case; a plan is made once for each month."""
    plans: dict[int, Plan] = {}
    kept = KeptVersions()
    for case in cases:
        if case.month < rulebook.first_month:
            place = Origin(case.origin.source, (*case.origin.keys, "month")).place()
            values = {"first": month_text(rulebook.first_month), "month": month_text(case.month)}
            yield CaseOutcome(case, None, (), (Diagnostic("before-first-month", place, values),))
            continue
        if case.set:
            unknown = [name for name in case.set if not _is_parameter(rulebook, name)]
            if unknown:
                at = Origin(case.origin.source, (*case.origin.keys, "set", unknown[0]))
                found = Diagnostic("bad-setting/name", at.place(on_key=True), {"name": unknown[0]})
                yield CaseOutcome(case, None, (), (found,))
                continue
            try:
                plan = plan_for(rulebook, case.month, case.set, kept)
            except InputErrors:
                name = next(iter(case.set))
                at = Origin(case.origin.source, (*case.origin.keys, "set", name))
                values = {"name": name, "read": written(case.set[name]), "kind": rulebook.entries[name].values["kind"]}
                yield CaseOutcome(case, None, (), (Diagnostic("bad-setting/value", at.place(), values),))
                continue
            yield _run(plan, case)
        else:
            if case.month not in plans:
                plans[case.month] = plan_for(rulebook, case.month, kept=kept)
            yield _run(plans[case.month], case)


def _is_parameter(rulebook: Rulebook, name: str) -> bool:
    entry = rulebook.entries.get(name)
    return entry is not None and entry.section == "parameters"


def _run(plan: Plan, case: Case) -> CaseOutcome:
    origin = Origin(case.origin.source, (*case.origin.keys, "household"))
    household = read_household(case.household, origin.source, origin.keys, plan, case.title)
    expected = case.expect.get("rejected")
    misshapen = [name for name, wanted in case.expect.items() if not is_expectable(wanted)]
    if misshapen or (expected is not None and not is_texts(expected)):
        name = misshapen[0] if misshapen else "rejected"
        at = Origin(case.origin.source, (*case.origin.keys, "expect", name))
        return CaseOutcome(case, None, (), (Diagnostic("bad-expectation", at.place(on_key=True), {"name": name}),))
    place = Origin(case.origin.source, (*case.origin.keys, "expect"))
    if isinstance(household, Reject):
        codes = tuple(one.name for one in household.mistakes)
        if expected is None:
            return CaseOutcome(case, None, (), household.mistakes)
        return CaseOutcome(case, None, tuple(compare_rejection(expected, codes, place)), ())
    trace = Trace(plan, household)
    failed = trace.result.failed_checks
    if expected is not None or failed:
        return CaseOutcome(case, trace, tuple(compare_rejection(expected or [], failed, place)), ())
    differences: list[Difference] = []
    unknown: list[Diagnostic] = []
    for name, wanted in case.expect.items():
        at = Origin(place.source, (*place.keys, name))
        found = compare(plan, trace, name, wanted, at)
        if found is None:
            unknown.append(Diagnostic("bad-expectation", at.place(on_key=True), {"name": name}))
        else:
            differences += found
    return CaseOutcome(case, trace, tuple(differences), tuple(unknown))


def untested(rulebook: Rulebook) -> list[Diagnostic]:
    """Reports parameters, definitions and benefits that no case uses; none if there are no cases at all."""
    cases = load_cases(rulebook)
    if not cases or any(not os.path.exists(path) for path in named_paths(rulebook)):
        return []  # the cases are elsewhere, as in an installed copy
    unused = {
        name: entry
        for name, entry in _in_some_plan(rulebook).items()
        if not entry.section.startswith("facts") and entry.origin.source is rulebook.sources[0]
    }
    for outcome in run_cases(rulebook, _most_different_first(cases)):
        if not unused:
            break
        if outcome.trace is not None:
            for name in entries_used(outcome.trace):
                unused.pop(name, None)
    return [Diagnostic("untested", one.origin.place(on_key=True), {"name": name}) for name, one in unused.items()]


def _most_different_first(cases: Sequence[Case]) -> list[Case]:
    """Puts cases first that state or expect what none before them does: together they use most entries of a file."""
    names = {id(case): {str(case.month), *_keys((case.household, case.expect, case.set))} for case in cases}
    first: list[Case] = []
    others: list[Case] = []
    seen: set[str] = set()
    for case in sorted(cases, key=lambda case: -len(names[id(case)])):
        (others if names[id(case)] <= seen else first).append(case)
        seen |= names[id(case)]
    return first + others


def _keys(value: Any) -> Iterator[str]:
    """Lists the keys of a case's tables."""
    if isinstance(value, dict):
        yield from value
        value = value.values()
    elif not isinstance(value, (list, tuple)):
        return
    for one in value:
        yield from _keys(one)


def _in_some_plan(rulebook: Rulebook) -> dict[str, Entry]:
    """Finds the entries that benefits and checks use in some month: cases cannot use others."""
    from calc.rules.dependency_order import reachable

    names: set[str] = set()
    kept = KeptVersions()
    for month in change_months(rulebook):
        plan = plan_for(rulebook, month, kept=kept)
        names |= reachable([*plan.benefits, *plan.root_names], plan.needs)
    return {name: entry for name, entry in rulebook.entries.items() if name in names}
