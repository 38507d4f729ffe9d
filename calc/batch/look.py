"""Open the ledger of a job and look at its columns: this is the whole of `doudi map`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calc.batch.job import BatchJob
from calc.batch.pipeline import file_options, households_down, plan_of_reading, read_options, topics_without
from calc.ledger.header import Naming
from calc.ledger.household_facts_file import read_household_facts
from calc.ledger.look_at_columns import LedgerLook, Progress, look_at
from calc.ledger.open_files import PARQUET, opened, sheets_of
from calc.ledger.parquet_to_csv import in_blocks
from calc.record import replace

if TYPE_CHECKING:
    from calc.ledger.xlsx.to_csv import SheetsRead


def look_at_ledger(job: BatchJob, progress: Progress) -> tuple[LedgerLook, list[SheetsRead]]:
    """Looks at every row of a ledger; gives the sheets of its workbooks too. Raises as `run_batch` does."""
    plan = plan_of_reading(job.plans)
    assert plan is not None, "there is one month"
    options = read_options(job)
    naming = Naming(plan, options.mapped)
    naming.heads_begin = job.household_by is not None
    reading = replace(file_options(job), divides_sheets=True)
    with opened(job.ledgers, reading, naming) as all_files, households_down(all_files, naming) as files:
        for one in files:
            if one.format == PARQUET:
                from calc.ledger.household_runs import file_reader

                file_reader(0, one, naming, False)  # raises for a column that is not exact, which a copy would hide
        own = [one for one in all_files if one.is_of_households]
        owns = read_household_facts(own, plan, options.mapped, job.show_ids)[0] if own else None
        with in_blocks(files) as texts:
            found = look_at(texts, plan, options, owns, topics_without(job, plan), progress)
            return found, sheets_of(all_files)
