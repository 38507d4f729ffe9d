"""Report the checks of the rules that a household's data fail."""

from __future__ import annotations

from collections.abc import Container

from calc.diagnostics.diagnostic import Diagnostic, Place
from calc.rules.plan import Plan


def failed_checks(plan: Plan, names: Container[str], place: Place) -> tuple[Diagnostic, ...]:
    """Makes the mistakes of checks by their names, in the order of the rules, at one place."""
    return tuple(
        Diagnostic("check-failed", place, {"label": (one.about.label_in("en"), one.about.label_in("zh")), "fact": None})
        for one in plan.checks
        if one.name in names
    )


def checks_in(plan: Plan, bits: int) -> set[str]:
    """Names the checks whose bits are set, as SQL and the compiled engine have them."""
    return {one.name for at, one in enumerate(plan.checks) if bits >> at & 1}
