"""Define `doudi batch`: assess a whole ledger, every row accounted for."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import Any

import click

from calc.cli.batch_options import batch_options, job_of
from calc.cli.options import build

_HELP = (
    """A whole ledger: what every household in it is entitled to.

    Every row is accounted for. LEDGER is CSV, JSON Lines, XLSX or Parquet, one row a member; several may be given,
    `-` is standard input. `doudi template ledger` writes an empty one.

    \b
    Examples:
      doudi batch ledger.csv --month 2022-06 -o results.csv --rejects rejects.csv
      doudi batch ledger.xlsx -o results.xlsx --by benefit --explain
      doudi batch a.csv b.csv -o all.csv --group-by township --totals totals.csv
      doudi batch ledger.csv --months 2022-01..2022-12 -o year.csv --jobs 2
      doudi batch ledger.csv --map 户籍号=household --map 劳务收入=wage -o all.csv
      cat ledger.csv | doudi batch - | grep ,undetermined,

    The rows of a household need not be adjacent; where they are, memory does not grow with the ledger
    (but for some 25 bytes a household). Files appear whole or not at all.

    Exit status: 0 done, 1 a household was rejected (0 with --allow-rejects), 2 could not run, 130 interrupted.
    """,
    """整本台账：每户可享受的待遇，每一行都有着落。

    台账为 CSV、JSON Lines、XLSX 或 Parquet，每人一行；可给多个，`-` 为标准输入。
    `doudi template ledger` 可生成空白台账。

    \b
    示例：
      doudi batch 台账.csv --month 2022-06 -o 结果.csv --rejects 退回.csv
      doudi batch 台账.xlsx -o 结果.xlsx --by benefit --explain
      doudi batch 甲镇.csv 乙镇.csv -o 全区.csv --group-by 乡镇 --totals 汇总.csv
      doudi batch 台账.csv --months 2022-01..2022-12 -o 全年.csv --jobs 2
      doudi batch 台账.csv --map 户籍号=household --map 劳务收入=工资 -o 结果.csv
      cat 台账.csv | doudi batch - | grep ,undetermined,

    同一户的各行不必相邻；相邻时，内存不随台账增大（每户约 25 字节除外）。输出文件要么完整，要么不出现。

    退出码：0 完成；1 有家庭被退回（加 --allow-rejects 则为 0）；2 无法运行；130 中断。
    """,
)


def command(language: str) -> click.Command:
    """Builds the command."""
    ledgers = click.Argument(["ledgers"], metavar="LEDGER...", nargs=-1, required=True)
    return build("batch", language, _HELP, [ledgers, *batch_options(language)], batch)


def batch(language: str, allow_rejects: bool, quiet: bool, lang: str | None, **options: Any) -> int:
    """Assess the ledger; files appear at the end, all at once."""
    from calc.batch.job import BatchError, WrongJob
    from calc.batch.pipeline import run_batch
    from calc.cli.batch_summary import TerminalSink
    from calc.engine.sql.unsupported import UnsupportedPlan

    job = job_of(language, options)
    try:
        with _ends_when_asked():
            summary = run_batch(job, TerminalSink(job, quiet))
    except WrongJob as wrong:
        raise click.UsageError(wrong.message(language)) from None
    except BatchError as error:
        raise click.ClickException(error.message(language)) from error.__cause__
    except UnsupportedPlan as unsupported:
        raise click.ClickException(unsupported.message(language)) from None
    return 1 if summary.rejected and not allow_rejects else 0


@contextlib.contextmanager
def _ends_when_asked() -> Iterator[None]:
    """Have SIGTERM end this process as an error does, with nothing half written and no process left over."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handler = signal.signal(signal.SIGTERM, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL if handler is None else handler)


def _leave(number: int, frame: object) -> None:
    raise SystemExit(128 + number)
