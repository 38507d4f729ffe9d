"""Open the ledger of a job and look at its columns: this is the whole of `doudi map`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calc.batch.job import BatchJob
from calc.batch.pipeline import ledger_files, plan_of_reading, read_options, topics_without
from calc.ledger.header import Naming
from calc.ledger.look_at_columns import LedgerLook, Progress, look_at
from calc.ledger.open_files import PARQUET, sheets_of
from calc.ledger.parquet_to_csv import in_blocks

if TYPE_CHECKING:
    from calc.ledger.unclear_columns import UnknownColumn
    from calc.ledger.xlsx.to_csv import SheetsRead


def look_at_ledger(
    job: BatchJob, progress: Progress
) -> tuple[LedgerLook, list[SheetsRead], list[tuple[str, UnknownColumn]]]:
    """Looks at every row of a ledger; gives the sheets of its workbooks too, and the headings in facts of households
    that mean nothing. Raises as `run_batch` does.
    """
    plan = plan_of_reading(job.plans)
    assert plan is not None, "there is one month"
    options = read_options(job)
    with ledger_files(job, plan) as (files, owns, unknown, all_files):
        for one in files:
            if one.format == PARQUET:
                from calc.ledger.household_runs import file_reader

                file_reader(
                    0, one, Naming(plan, options.mapped), False
                )  # raises for a column that is not exact, which a copy would hide
        with in_blocks(files) as texts:
            found = look_at(texts, plan, options, owns, topics_without(job, plan), progress)
            return found, sheets_of(all_files), unknown
