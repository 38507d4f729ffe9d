"""How far a long run has come: rate and time left, on a terminal only, from the second second on."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator

_AFTER = 1.0


@contextlib.contextmanager
def progress(quiet: bool, language: str) -> Iterator[Callable[[str, int, int, int], None] | None]:
    """A function that is told of every block; None where nobody looks."""
    if quiet or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield None
        return
    shown = _Progress(language)
    try:
        yield shown.told
    finally:
        shown.stop()


class _Progress:
    def __init__(self, language: str) -> None:
        self.language = language
        self.began = time.monotonic()
        self.stage = ""
        self.stage_began = self.began
        self.bar: object = None
        self.task: object = None

    def told(self, stage: str, done: int, whole: int, households: int) -> None:
        from calc.report.ui_text import say

        now = time.monotonic()
        if stage != self.stage:
            self.stage, self.stage_began = stage, now
        if now - self.began < _AFTER:
            return
        if self.bar is None:
            self.start()
        rate = households / max(now - self.stage_began, 0.001)
        speed = say("rate", self.language, rate=f"{rate:,.0f}") if households else ""
        self.bar.update(  # type: ignore[attr-defined]
            self.task, description=say(f"stage-{stage}", self.language), completed=done, total=whole, speed=speed
        )

    def start(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"),
                   TextColumn("{task.fields[speed]}"), TimeRemainingColumn())  # fmt: skip
        bar = Progress(*columns, console=Console(stderr=True), transient=True)
        bar.start()
        self.bar = bar
        self.task = bar.add_task("", total=None, speed="")

    def stop(self) -> None:
        if self.bar is not None:
            self.bar.stop()  # type: ignore[attr-defined]
