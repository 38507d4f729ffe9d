"""Output files that appear whole or not at all: written beside their place, moved there when everything is done."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Any

BOM = "\ufeff"


class Output:
    """One output being written: text to standard output or to a file beside the one asked for."""

    def __init__(self, path: str | None, bom: bool) -> None:
        self.path = path
        self.part = None if path is None else beside(path)
        self._file: Any = sys.stdout.buffer if self.part is None else open(self.part, "wb")  # noqa: SIM115
        if bom:
            self.write(BOM)

    def write(self, text: str) -> None:
        """Add text."""
        self._file.write(text.encode("utf-8", "replace"))

    def finish(self) -> None:
        """Everything was written: see that it is on the disk, but leave it beside its place."""
        self._file.flush()
        if self.part is not None:
            os.fsync(self._file.fileno())
            self._file.close()

    def abandon(self) -> None:
        """Leave nothing behind."""
        if self.part is not None:
            with contextlib.suppress(OSError):
                self._file.close()
            with contextlib.suppress(OSError):
                os.unlink(self.part)


def beside(path: str) -> str:
    """Where a file is written before it takes its place: in the same folder, so that it can be moved at once."""
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{name}.{os.getpid()}.part")


class Outputs:
    """The outputs of one run. On a clean end they take their places, on any other they vanish."""

    def __init__(self) -> None:
        self.opened: list[Any] = []

    def open(self, path: str | None, bom: bool = False) -> Output:
        """A text output; None is standard output. Raises OSError where it cannot be written."""
        output = Output(path, bom)
        self.opened.append(output)
        return output

    def add(self, output: Any) -> None:
        """Another kind of output, with `path`, `part`, `finish` and `abandon`."""
        self.opened.append(output)

    def place(self) -> None:
        """Finish all and move them where they belong; what is moved last is what the others explain."""
        for output in self.opened:
            output.finish()
        for output in reversed(self.opened):
            if output.part is not None:
                os.replace(output.part, output.path)


@contextlib.contextmanager
def outputs() -> Iterator[Outputs]:
    """The outputs of a run, which appear together when the block ends without an exception."""
    all_ = Outputs()
    try:
        yield all_
        all_.place()
    except BaseException:
        for output in all_.opened:
            output.abandon()
        raise
