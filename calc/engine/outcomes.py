"""What an engine answers about a household."""

from __future__ import annotations

from calc.exact import Number
from calc.record import Record

NOT_APPLICABLE, GRANTED, DENIED, UNDETERMINED = range(4)
STATUS_NAMES = ("not_applicable", "granted", "denied", "undetermined")

Need = tuple[str, "int | None"]
"""A fact that is missing, and the place of the member it is missing of."""


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
        """The status as results spell it."""
        return STATUS_NAMES[self.status]


class Result(Record):
    """All outcomes of a household. `total` is what is paid for the month, one-off amounts included,
    and None while anything is undetermined; yearly amounts stand apart."""

    id: str
    outcomes: tuple[Outcome, ...]
    total: Number | None
    total_at_least: Number
    yearly: Number | None
    failed_checks: tuple[str, ...] = ()

    @property
    def is_determined(self) -> bool:
        """Whether every benefit is decided."""
        return self.total is not None and self.yearly is not None


def totalled(id: str, outcomes: list[Outcome], yearly_benefits: frozenset[str]) -> Result:
    """The result with its totals."""
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
