"""Output files that appear whole or not at all: written beside their place, moved there when everything is done."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from calc.diagnostics.diagnostic import Diagnostic, InputErrors, Place
from calc.diagnostics.source import Source

BOM = "\ufeff"


class Target:
    """Where a file is to appear. `part` is where it is written meanwhile, in the same folder, to be moved at once.

    What is no ordinary file (a pipe, `/dev/null`) is written to directly; a link goes on pointing to its file.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.real = os.path.realpath(path)
        self.is_ordinary = not os.path.exists(self.real) or os.path.isfile(self.real)
        folder, name = os.path.split(self.real)
        self.part = os.path.join(folder, f".{name[:80]}.{os.getpid()}.part") if self.is_ordinary else path

    def secure(self) -> None:
        """See that what was written is on the disk."""
        if self.is_ordinary:
            with open(self.part, "rb+") as file:
                os.fsync(file.fileno())

    def take_place(self) -> None:
        """Move what was written to its place, with the rights of what stood there."""
        if self.is_ordinary:
            with suppress(OSError):
                os.chmod(self.part, os.stat(self.real).st_mode & 0o777)
            os.replace(self.part, self.real)

    def vanish(self) -> None:
        """Leave nothing behind."""
        if self.is_ordinary:
            with suppress(OSError):
                os.unlink(self.part)


@contextmanager
def whole_file(path: str) -> Iterator[str]:
    """A path to write to, which takes the place of `path` when all went well and vanishes if not.

    Raises InputErrors where it cannot be written.
    """
    target = Target(path)
    with report_write_errors(path):
        try:
            yield target.part
            target.secure()
            target.take_place()
        except BaseException:
            target.vanish()
            raise


@contextmanager
def whole_folder(path: str) -> Iterator[str]:
    """A new folder to write to, which takes the place of `path` when all went well and vanishes if not.

    Raises InputErrors where it cannot be written, or where `path` is a folder with something in it.
    """
    real = os.path.realpath(path)
    aside = f"{real}.{os.getpid()}.part"
    with report_write_errors(path):
        try:
            os.mkdir(aside)
            yield aside
            for folder, _, names in os.walk(aside):
                for name in names:
                    with open(os.path.join(folder, name), "rb+") as file:
                        os.fsync(file.fileno())
            os.rename(aside, real)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise


class Output:
    """One output being written as text: to standard output, or to a file."""

    def __init__(self, path: str | None, bom: bool) -> None:
        self.shown = "-" if path is None else path
        self.target = None if path is None else Target(path)
        if self.target is None:
            self._file: Any = sys.stdout.buffer
        else:
            with report_write_errors(self.target.path):
                self._file = open(self.target.part, "wb")  # noqa: SIM115 - closed when it is finished or abandoned
        if bom:
            self.write(BOM)

    def write(self, text: str) -> None:
        """Add text. Raises InputErrors where it cannot be written, BrokenPipeError where nobody reads on."""
        with report_write_errors(self.shown):
            self._file.write(text.encode("utf-8", "replace"))

    def finish(self) -> None:
        """Everything was written: see that it is on the disk, but leave it beside its place."""
        with report_write_errors(self.shown):
            self._file.flush()
            if self.target is not None:
                self._file.close()
                self.target.secure()

    def abandon(self) -> None:
        """Leave nothing behind."""
        if self.target is not None:
            with suppress(OSError):
                self._file.close()
            self.target.vanish()


class Outputs:
    """The outputs of one run. On a clean end they take their places together, on any other they vanish."""

    def __init__(self) -> None:
        self.opened: list[Any] = []

    def open(self, path: str | None, bom: bool = False) -> Output:
        """A text output; None is standard output. Raises InputErrors where it cannot be written."""
        output = Output(path, bom)
        self.opened.append(output)
        return output

    def add(self, output: Any) -> None:
        """Another kind of output, with `target`, `finish` and `abandon`."""
        self.opened.append(output)

    def abandon(self) -> None:
        """Leave nothing behind."""
        for output in self.opened:
            output.abandon()

    def place(self) -> None:
        """Finish all and move them where they belong: the results last, though opened first; then all else is there."""
        for output in self.opened:
            output.finish()
        for output in reversed(self.opened):
            if output.target is not None:
                with report_write_errors(output.target.path):
                    output.target.take_place()


@contextmanager
def outputs() -> Iterator[Outputs]:
    """The outputs of a run, which appear together when the block ends without an exception."""
    all_ = Outputs()
    try:
        yield all_
        all_.place()
    except BaseException:
        all_.abandon()
        raise


@contextmanager
def report_write_errors(path: str) -> Iterator[None]:
    """What the system says of a file that cannot be written, as InputErrors; a broken pipe stays one."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputErrors([Diagnostic("cannot-write", Place(Source(path, "")), {"reason": reason})]) from None
