"""Spoilt ledgers end in results or in a message, with every row accounted for. DOUDI_FUZZ=200000 runs that many."""

from __future__ import annotations

import os

import pytest

from tests.ledger.fuzz import main


@pytest.mark.slow
def test_spoilt_ledgers() -> None:
    count = int(os.environ.get("DOUDI_FUZZ", "800"))
    assert main(count, 77_000_000 if count != 800 else 0) == 0
