"""Worked cases: reading them, running them, and telling where an answer differs from what was expected."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

from calc.diagnostics.diagnostic import Diagnostic, InputErrors, Place
from calc.engine.outcomes import STATUS_NAMES
from calc.engine.traced.interpreter import Trace
from calc.engine.traced.provenance import entries_used
from calc.engine.unknown import Unknown
from calc.exact import plain
from calc.households.read_households import Reject, read_household
from calc.language.types import DATE, MEMBER
from calc.record import Record
from calc.rules.in_force import change_months
from calc.rules.plan import Plan
from calc.rules.plan_month import plan_for
from calc.rules.rulebook import Origin, Rulebook
from calc.rules.schema import REQUIRED, SHAPES, is_number
from calc.rules.toml_document import day_number, month_number, parse_toml, read_text

OUTCOME_KEYS = ("status", "amount", "failed", "needs", "unset")


class Case(Record):
    """A worked household with the answer expected."""

    title: str
    month: int
    household: dict[str, Any]
    expect: dict[str, Any]
    set: dict[str, Any]
    origin: Origin


class Difference(Record):
    """One expectation that was not met. `name` is what was expected of, `member` the place of a member."""

    name: str
    member: int | None
    expected: str
    actual: str
    place: Place


class CaseOutcome(Record):
    """A case that was run: what differed, or why it could not be run."""

    case: Case
    trace: Trace | None
    differences: tuple[Difference, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def passes(self) -> bool:
        """Whether everything came out as expected."""
        return not self.differences and not self.diagnostics


def load_cases(rulebook: Rulebook, paths: Sequence[str] = (), with_own: bool = True) -> list[Case]:
    """The cases in the rules file, in the files it names, and in the files or folders given."""
    cases = [_case(raw, origin) for raw, origin in rulebook.cases] if with_own else []
    own = named_paths(rulebook) if with_own else []
    given = {os.path.realpath(path) for path in paths}
    for path in [*(one for one in own if os.path.exists(one) and os.path.realpath(one) not in given), *paths]:
        for file in case_files(path):
            cases += cases_in(file)
    return cases


def named_paths(rulebook: Rulebook) -> list[str]:
    """The files and folders of cases that the rules file names."""
    named = rulebook.title.get("cases", [])
    folder = os.path.dirname(rulebook.path)
    return [os.path.join(folder, one) for one in ([named] if isinstance(named, str) else named)]


def case_files(path: str) -> list[str]:
    """The TOML files of a folder in the order of their names, or the one file."""
    if not os.path.isdir(path):
        return [path]
    found = []
    for folder, _, names in os.walk(path):
        found += [os.path.join(folder, name) for name in names if name.endswith(".toml")]
    return sorted(found)


def cases_in(path: str) -> list[Case]:
    """The cases of one file: `[[cases]]`, or one case at the top level. Raises InputErrors."""
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
        yield Diagnostic("wrong-value", origin.place(), {"key": "cases", "wanted": "a table of keys"})
        return
    for key, value in body.items():
        place = Origin(origin.source, (*origin.keys, key)).place(on_key=True)
        if key not in shapes:
            yield Diagnostic("unknown-key", place, {"key": key})
        elif not shapes[key][0](value):
            yield Diagnostic("wrong-value", place, {"key": key, "wanted": shapes[key][1]})
    for key in REQUIRED["cases"]:
        if key not in body:
            yield Diagnostic("missing-key", origin.place(on_key=True), {"key": key, "entry": body.get("title", "case")})


def _case(raw: dict[str, Any], origin: Origin) -> Case:
    month = month_number(raw["month"])
    assert month is not None
    return Case(raw["title"], month, raw["household"], raw["expect"], raw.get("set", {}), origin)


def run_cases(rulebook: Rulebook, cases: Sequence[Case]) -> Iterator[CaseOutcome]:
    """The outcome of each case; a plan is made once for each month."""
    plans: dict[int, Plan] = {}
    for case in cases:
        if case.month < rulebook.first_month:
            place = Origin(case.origin.source, (*case.origin.keys, "month")).place()
            values = {"first": _month(rulebook.first_month), "month": _month(case.month)}
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
                plan = plan_for(rulebook, case.month, case.set)
            except InputErrors:
                name = next(iter(case.set))
                at = Origin(case.origin.source, (*case.origin.keys, "set", name))
                values = {"name": name, "read": _shown(case.set[name]), "kind": rulebook.entries[name].values["kind"]}
                yield CaseOutcome(case, None, (), (Diagnostic("bad-setting/value", at.place(), values),))
                continue
            yield _run(plan, case)
        else:
            if case.month not in plans:
                plans[case.month] = plan_for(rulebook, case.month)
            yield _run(plans[case.month], case)


def _is_parameter(rulebook: Rulebook, name: str) -> bool:
    entry = rulebook.entries.get(name)
    return entry is not None and entry.section == "parameters"


def _month(month: int) -> str:
    return f"{month // 100}-{month % 100:02d}"


def _run(plan: Plan, case: Case) -> CaseOutcome:
    origin = Origin(case.origin.source, (*case.origin.keys, "household"))
    household = read_household(case.household, origin.source, origin.keys, plan, case.title)
    expected = case.expect.get("rejected")
    misshapen = [name for name, wanted in case.expect.items() if not _expectable(wanted)]
    if misshapen or (expected is not None and not _is_texts(expected)):
        name = misshapen[0] if misshapen else "rejected"
        at = Origin(case.origin.source, (*case.origin.keys, "expect", name))
        return CaseOutcome(case, None, (), (Diagnostic("bad-expectation", at.place(on_key=True), {"name": name}),))
    place = Origin(case.origin.source, (*case.origin.keys, "expect"))
    if isinstance(household, Reject):
        codes = tuple(one.name for one in household.diagnostics)
        if expected is None:
            return CaseOutcome(case, None, (), household.diagnostics)
        return CaseOutcome(case, None, tuple(_rejected(expected, codes, place)), ())
    trace = Trace(plan, household)
    failed = trace.result.failed_checks
    if expected is not None or failed:
        return CaseOutcome(case, trace, tuple(_rejected(expected or [], failed, place)), ())
    differences: list[Difference] = []
    unknown: list[Diagnostic] = []
    for name, wanted in case.expect.items():
        at = Origin(place.source, (*place.keys, name))
        compare = _compared(plan, trace, name, wanted, at)
        if compare is None:
            unknown.append(Diagnostic("bad-expectation", at.place(on_key=True), {"name": name}))
        else:
            differences += compare
    return CaseOutcome(case, trace, tuple(differences), tuple(unknown))


def _is_texts(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(one, str) for one in value))


def _expectable(wanted: Any) -> bool:
    """Whether lists of conditions, needs and unset parameters are lists of texts, at every depth."""
    if not isinstance(wanted, dict):
        return True
    listed = all(_is_texts(wanted[key]) and isinstance(wanted[key], list) for key in OUTCOME_KEYS[2:] if key in wanted)
    return listed and all(_expectable(inner) for inner in wanted.values())


def _rejected(expected: Any, actual: Sequence[str], origin: Origin) -> Iterator[Difference]:
    wanted = [expected] if isinstance(expected, str) else list(expected)
    if sorted(wanted) != sorted(set(actual)):
        place = Origin(origin.source, (*origin.keys, "rejected")).place()
        yield Difference("rejected", None, ", ".join(wanted) or "-", ", ".join(actual) or "-", place)


def _compared(plan: Plan, trace: Trace, name: str, wanted: Any, at: Origin) -> list[Difference] | None:
    """The differences of one expectation, or None where there is no such thing to expect."""
    result = trace.result
    place = at.place()
    if name in ("total", "total_at_least", "yearly"):
        actual = getattr(result, name)
        shown = "unknown" if actual is None else plain(actual)
        return [] if _same(wanted, actual) else [Difference(name, None, _shown(wanted), shown, place)]
    if name in plan.benefits:
        return list(_benefit(plan, trace, name, wanted, place))
    if name in plan.definitions:
        return list(_definition(plan, trace, name, wanted, place))
    return None


def _benefit(plan: Plan, trace: Trace, name: str, wanted: Any, place: Place) -> Iterator[Difference]:
    outcomes = trace.outcomes[name]
    ids = [member.id for member in trace.household.members]
    if isinstance(wanted, dict) and not set(wanted) <= set(OUTCOME_KEYS):
        for member, inner in wanted.items():
            if member not in ids:
                yield Difference(name, None, member, ", ".join(ids), place)
            else:
                yield from _outcome(plan, name, outcomes[ids.index(member)], inner, place)
    elif is_number(wanted) and plan.benefits[name].type.level == MEMBER:
        amounts = [outcome.amount for outcome in outcomes]
        total = None if None in amounts else sum(one for one in amounts if one is not None)
        if total != wanted:
            shown = "undetermined" if total is None else plain(total)
            member = next((outcome.member for outcome in outcomes if outcome.amount != 0), None)
            yield Difference(name, member, plain(wanted), shown, place)
    else:
        for outcome in outcomes:
            yield from _outcome(plan, name, outcome, wanted, place)


def _outcome(plan: Plan, name: str, outcome: Any, wanted: Any, place: Place) -> Iterator[Difference]:
    def different(expected: Any, actual: Any) -> Difference:
        return Difference(name, outcome.member, _shown(expected), _shown(actual), place)

    if isinstance(wanted, dict):
        for key, inner in wanted.items():
            actual = outcome.status_name if key == "status" else getattr(outcome, key)
            if key in ("failed", "needs", "unset"):
                if sorted(inner) != sorted(actual):
                    yield different(inner, list(actual))
            elif actual != inner:
                yield different(inner, actual)
    elif isinstance(wanted, str) and wanted in STATUS_NAMES:
        if outcome.status_name != wanted:
            yield different(wanted, outcome.status_name)
    elif not is_number(wanted) or outcome.amount != wanted:
        yield different(wanted, outcome.status_name if outcome.amount is None else outcome.amount)


def _definition(plan: Plan, trace: Trace, name: str, wanted: Any, place: Place) -> Iterator[Difference]:
    definition = plan.definitions[name]
    ids = [member.id for member in trace.household.members]
    if definition.type.level < MEMBER:
        pairs: list[tuple[int | None, Any, Any]] = [(None, wanted, trace.of_household[name])]
    elif isinstance(wanted, dict):
        absent = [member for member in wanted if member not in ids]
        if absent:
            yield Difference(name, None, absent[0], ", ".join(ids), place)
        known = [(ids.index(member), inner) for member, inner in wanted.items() if member in ids]
        pairs = [(at, inner, trace.of_members[name][at]) for at, inner in known]
    else:
        pairs = [(at, wanted, value) for at, value in enumerate(trace.of_members[name])]
    for at, inner, actual in pairs:
        expected = day_number(inner) if definition.type.kind == DATE else inner
        if not _same(expected, None if actual.__class__ is Unknown else actual):
            yield Difference(name, at, _shown(inner), _shown(None if actual.__class__ is Unknown else actual), place)


def _same(wanted: Any, actual: Any) -> bool:
    """Exactly equal; `"unknown"` stands for what is not known, and True is not 1."""
    if wanted == "unknown":
        return actual is None
    if isinstance(wanted, bool) or isinstance(actual, bool):
        return wanted is actual
    return bool(wanted == actual)


def _shown(value: Any) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, (list, tuple)):
        return ", ".join(str(one) for one in value) or "-"
    return plain(value) if is_number(value) else str(value)


def untested(rulebook: Rulebook) -> list[Diagnostic]:
    """Parameters, definitions and benefits that no case touches; nothing where there are no cases at all."""
    cases = load_cases(rulebook)
    if not cases or any(not os.path.exists(path) for path in named_paths(rulebook)):
        return []  # the cases are elsewhere, as in an installed copy
    found: set[str] = set()
    for outcome in run_cases(rulebook, cases):
        if outcome.trace is not None:
            found |= entries_used(outcome.trace)
    needed = _in_some_plan(rulebook)
    return [
        Diagnostic("untested", entry.origin.place(on_key=True), {"name": name})
        for name, entry in rulebook.entries.items()
        if name not in found
        and name in needed
        and not entry.section.startswith("facts")
        and entry.origin.source is rulebook.sources[0]
    ]


def _in_some_plan(rulebook: Rulebook) -> set[str]:
    """Names that some benefit or check leans on in some month; others a case cannot touch."""
    from calc.rules.dependency_order import reachable

    names: set[str] = set()
    for month in change_months(rulebook):
        plan = plan_for(rulebook, month)
        names |= reachable([*plan.benefits, *plan.root_names], plan.needs)
    return names
