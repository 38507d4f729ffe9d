"""Open the ledger of a job and look at its columns: this is the whole of `doudi map`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calc.batch.job import BatchJob
from calc.batch.pipeline import file_options, plan_of_reading, read_options, topics_without
from calc.ledger.header import Naming
from calc.ledger.look_at_columns import LedgerLook, Progress, look_at
from calc.ledger.open_files import PARQUET, opened, sheets_of
from calc.ledger.parquet_to_csv import in_blocks

if TYPE_CHECKING:
    from calc.ledger.xlsx.to_csv import SheetsRead


def look_at_ledger(job: BatchJob, progress: Progress) -> tuple[LedgerLook, list[SheetsRead]]:
    """Looks at every row of a ledger; gives the sheets of its workbooks too. Raises as `run_batch` does."""
    plan = plan_of_reading(job.plans)
    assert plan is not None, "there is one month"
    options = read_options(job)
    naming = Naming(plan, options.mapped)
    with opened(job.ledgers, file_options(job), naming) as files:
        for one in files:
            if one.format == PARQUET:
                from calc.ledger.household_runs import file_reader

                file_reader(0, one, naming, False)  # raises for a column that is not exact, which a copy would hide
        with in_blocks(files) as texts:
            return look_at(texts, plan, options, topics_without(job, plan), progress), sheets_of(files)
