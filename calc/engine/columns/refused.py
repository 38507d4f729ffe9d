"""What cannot be lowered to a query, and why; never a wrong amount instead."""

from __future__ import annotations


class Refused(Exception):
    """A plan that has no query. `name` is the entry it is about, `reason` one of the codes below.

    too-wide: a number may need more than 38 digits.
    too-many: more conditions or checks than a set of bits holds.
    dialect: the database has no exact way to say it.
    too-deep: a formula is nested deeper than trees of a query can be.
    """

    def __init__(self, reason: str, name: str, detail: str) -> None:
        super().__init__(f"`{name}`: {detail}" if name else detail)
        self.reason = reason
        self.name = name
        self.detail = detail
