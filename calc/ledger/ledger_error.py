"""Describe mistakes in a ledger by file, line and column heading."""

from __future__ import annotations

from typing import Any

from calc.record import Record


class Finding(Record):
    """One mistake. `heading` is the column's as written, None where the whole row is meant.

    `code` and `values` are those of a diagnostic.
    """

    code: str
    values: dict[str, Any]
    path: str
    line: int
    heading: str | None = None
    help: tuple[str, dict[str, Any]] | None = None

    @property
    def name(self) -> str:
        """The code without its variant."""
        return self.code.partition("/")[0]

    @property
    def place(self) -> str:
        """`path:line`."""
        return f"{self.path}:{self.line}"

    def message(self, language: str) -> str:
        """The sentence, in `zh` or `en`."""
        from calc.diagnostics.messages import message

        return message(self.code, self.values, language)


class Rejected(Record):
    """A household that cannot be assessed: its id as the ledger has it, its first line, and everything wrong.

    `cells` are those of the columns that are carried into the results.
    """

    id: str
    path: str
    line: int
    findings: tuple[Finding, ...]
    cells: tuple[str, ...] = ()
