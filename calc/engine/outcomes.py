"""Types of the answers of an engine: the outcome of a benefit, and the result of a household."""

from __future__ import annotations

from calc.exact import Number
from calc.record import Record

NOT_APPLICABLE, GRANTED, DENIED, UNDETERMINED = range(4)
STATUS_NAMES = ("not_applicable", "granted", "denied", "undetermined")

Need = tuple[str, "int | None"]
"""A missing fact, and the place of the member who lacks it (None: the household)."""


class Outcome(Record):
    """One benefit of the household, or of the member at place `member`.

    `failed` are the false conditions in file order; `needs` and `unset` say what could still change the answer.
    """

    benefit: str
    member: int | None
    status: int
    amount: Number | None
    failed: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    unset: tuple[str, ...] = ()
    missing: tuple[Need, ...] = ()

    @property
    def status_name(self) -> str:
        """The name of the status in results."""
        return STATUS_NAMES[self.status]


class Result(Record):
    """All outcomes of a household. `total` is the amount paid for the month, one-off amounts included,
    and None while anything is undetermined; yearly amounts are in `yearly` only."""

    id: str
    outcomes: tuple[Outcome, ...]
    total: Number | None
    total_at_least: Number
    yearly: Number | None
    failed_checks: tuple[str, ...] = ()

    @property
    def is_determined(self) -> bool:
        """True if every benefit is decided."""
        return self.total is not None and self.yearly is not None


def totalled(id: str, outcomes: list[Outcome], yearly_benefits: frozenset[str]) -> Result:
    """Makes a result, and adds its totals up."""
    monthly: Number = 0
    yearly: Number = 0
    open_monthly = open_yearly = False
    for outcome in outcomes:
        is_yearly = outcome.benefit in yearly_benefits
        if outcome.amount is None:
            if is_yearly:
                open_yearly = True
            else:
                open_monthly = True
        elif is_yearly:
            yearly += outcome.amount
        else:
            monthly += outcome.amount
    unsure = open_monthly or open_yearly
    return Result(id, tuple(outcomes), None if unsure else monthly, monthly, None if open_yearly else yearly)
