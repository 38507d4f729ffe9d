"""Show rate and time left of a long run, on a terminal only, from the second second on."""

from __future__ import annotations

import os
import sys
import time

_AFTER = 1.0


def progress_bar(quiet: bool, language: str) -> ProgressBar | None:
    """Makes a progress bar on standard error; None if that is no terminal."""
    if quiet or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return None
    return ProgressBar(language)


class ProgressBar:
    """Shows rate and time left of a long run."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.began = time.monotonic()
        self.stage = ""
        self.stage_began = self.began
        self.bar: object = None
        self.task: object = None

    def show(self, stage: str, done: int, whole: int, households: int) -> None:
        """Show that `done` of `whole` steps of a stage are done, after this number of households."""
        from calc.report.ui_text import say

        now = time.monotonic()
        if stage != self.stage:
            self.stage, self.stage_began = stage, now
        if now - self.began < _AFTER:
            return
        if self.bar is None:
            self._start()
        rate = households / max(now - self.stage_began, 0.001)
        speed = say("rate", self.language, rate=f"{rate:,.0f}") if households else ""
        self.bar.update(  # type: ignore[attr-defined]
            self.task, description=say(f"stage-{stage}", self.language), completed=done, total=whole, speed=speed
        )

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"),
                   TextColumn("{task.fields[speed]}"), TimeRemainingColumn())  # fmt: skip
        bar = Progress(*columns, console=Console(stderr=True), transient=True)
        bar.start()
        self.bar = bar
        self.task = bar.add_task("", total=None, speed="")

    def stop(self) -> None:
        """Take the bar away."""
        if self.bar is not None:
            self.bar.stop()  # type: ignore[attr-defined]
            self.bar = None
