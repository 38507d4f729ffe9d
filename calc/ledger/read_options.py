"""Describe how a ledger is read."""

from __future__ import annotations

from calc.households.overrides import Settings
from calc.ledger.ledger_map import LedgerMap
from calc.record import Record


class ReadOptions(Record):
    """Options for reading a ledger. `kept` are headings of extra columns of the results.

    `columns` is the map that the headings are compared with; what it says is in `mapped`. A register has a row a
    person, and needs no household numbers.
    """

    mapped: dict[str, str] = {}
    kept: tuple[str, ...] = ()
    fill_down: bool = False
    reject_duplicates: bool = True
    show_ids: bool = False
    settings: Settings = Settings()
    columns: LedgerMap | None = None
    is_register: bool = False
