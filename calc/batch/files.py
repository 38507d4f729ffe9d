"""Output files that appear whole or not at all: written beside their place, moved there when everything is done."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Any

BOM = "\ufeff"


class CannotWrite(OSError):
    """An output that the system does not let be written; `filename` is None for standard output."""


class Output:
    """One output being written: text to standard output or to a file beside the one asked for.

    What is there already and is no file, such as `/dev/null` or a named pipe, is written to and stays.
    """

    def __init__(self, path: str | None, bom: bool) -> None:
        self.shown = path
        self.path = None if path is None else place_of(path)
        self.part: str | None = None
        with _told(path):
            if self.path is None:
                self._file: Any = sys.stdout.buffer
            elif os.path.exists(self.path) and not os.path.isfile(self.path):
                self._file = open(self.path, "wb")  # noqa: SIM115
            else:
                self.part = beside(self.path)
                self._file = open(self.part, "wb")  # noqa: SIM115
        if bom:
            self.write(BOM)

    def write(self, text: str) -> None:
        """Add text."""
        with _told(self.shown):
            self._file.write(text.encode("utf-8", "replace"))

    def finish(self) -> None:
        """Everything was written: see that it is on the disk, but leave it beside its place."""
        with _told(self.shown):
            self._file.flush()
            if self.part is not None:
                os.fsync(self._file.fileno())
            if self.path is not None:
                self._file.close()

    def abandon(self) -> None:
        """Leave nothing behind."""
        if self.path is not None:
            with contextlib.suppress(OSError):
                self._file.close()
        if self.part is not None:
            with contextlib.suppress(OSError):
                os.unlink(self.part)


@contextlib.contextmanager
def _told(path: str | None) -> Iterator[None]:
    """Errors of the system say which output they are about; a pipe that nobody reads any more stays what it is."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CannotWrite(error.errno, error.strerror, path) from None


def place_of(path: str) -> str:
    """The file itself, where the path is a link to it."""
    return os.path.realpath(path) if os.path.islink(path) else path


def beside(path: str) -> str:
    """Where a file is written before it takes its place: in the same folder, so that it can be moved at once."""
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{name[:80]}.{os.getpid()}.part")


class Outputs:
    """The outputs of one run. On a clean end they take their places, on any other they vanish."""

    def __init__(self) -> None:
        self.opened: list[Any] = []

    def open(self, path: str | None, bom: bool = False) -> Output:
        """A text output; None is standard output. Raises CannotWrite."""
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
                with _told(output.path):
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
