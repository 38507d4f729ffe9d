"""Compare two pictures of large ledgers: DuckDB decides both, and only households that may differ are looked at."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from calc.batch.duckdb.job_database import job_database
from calc.batch.duckdb.signal_errors import SignalsFirst
from calc.batch.job import ResultSink
from calc.compare.changed_households import ChangedHouseholds, SameHouseholds
from calc.compare.decide_picture import DecidedPicture
from calc.compare.read_picture import OpenedPicture, PictureLedger
from calc.compare.spool import Spool
from calc.temporary_folder import TemporaryFolder


class ComparedPictures:
    """Two pictures of which the spools have the households that may differ, in the order of their ledgers.

    `same` sums up all others.
    """

    def __init__(self, old: DecidedPicture, new: DecidedPicture, same: list[SameHouseholds]) -> None:
        self.old, self.new = old, new
        self.same = same


@contextlib.contextmanager
def compared(
    before: OpenedPicture, after: OpenedPicture, number: str | None, sink: ResultSink
) -> Iterator[ComparedPictures]:
    """Decides both pictures. Raises EngineFailed for what DuckDB cannot do, UnsupportedPlan for such rules."""
    with TemporaryFolder() as folder, Spool(number) as earlier, Spool(number) as later:
        pictures = []
        for name, opened, spool in (("old", before, earlier), ("new", after, later)):
            os.mkdir(own := os.path.join(folder, name))
            reader = PictureLedger(opened.job.plans[0], opened.ledger, opened.unknown)
            pictures.append(DecidedPicture(opened.job, reader, spool, own))
            pictures[-1].decide(sink)
        old, new = pictures
        with job_database(after.job) as (connection, _), SignalsFirst():
            changed = ChangedHouseholds(connection, old, new)
            same = [*changed.same()]
            for picture, name, rows in ((old, "old", "earlier"), (new, "new", "later")):
                picture.spool.homes |= changed.homes(name)
                picture.read_again(connection, rows, changed.lines(name))
                picture.settle()
        yield ComparedPictures(old, new, same)
