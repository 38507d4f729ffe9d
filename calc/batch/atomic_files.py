"""Write output files that appear whole or not at all: written next to their place, moved there at the end."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from calc.diagnostics.diagnostic import Diagnostic, InputErrors, Place
from calc.diagnostics.foreign_reasons import system_reason
from calc.diagnostics.source import Source

BOM = "\ufeff"


class Target:
    """The place of an output file. `part` is the temporary file in the same folder, which is moved there at the end.

    What is no ordinary file (a pipe, `/dev/null`) is written to directly; a link goes on pointing to its file.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.real = os.path.realpath(path)
        self.is_ordinary = is_ordinary_file(path)
        folder, name = os.path.split(self.real)
        self.part = os.path.join(folder, f".{name[:80]}.{os.getpid()}.part") if self.is_ordinary else path

    def secure(self) -> None:
        """Flush the temporary file to the disk."""
        if self.is_ordinary:
            with open(self.part, "rb+") as file:
                os.fsync(file.fileno())

    def take_place(self) -> None:
        """Move what was written to its place, with the rights of the file it replaces."""
        if self.is_ordinary:
            with suppress(OSError):
                os.chmod(self.part, os.stat(self.real).st_mode & 0o777)
            os.replace(self.part, self.real)

    def vanish(self) -> None:
        """Remove what was written."""
        if self.is_ordinary:
            with suppress(OSError):
                os.unlink(self.part)


def is_ordinary_file(path: str) -> bool:
    """Says whether what is written to a path is kept there as a file, not passed on as by a pipe."""
    real = os.path.realpath(path)
    return not os.path.exists(real) or os.path.isfile(real)


@contextmanager
def whole_file(path: str) -> Iterator[str]:
    """Yield a path to write to, which replaces `path` if the block ends well and is removed if not.

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
        os.mkdir(aside)
    try:
        yield aside
        with report_write_errors(path):
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
        """Add text. Raises InputErrors where it cannot be written, BrokenPipeError where the reader is gone."""
        with report_write_errors(self.shown):
            self._file.write(text.encode("utf-8", "replace"))

    def finish(self) -> None:
        """Flush everything to the disk, in the temporary file."""
        with report_write_errors(self.shown):
            self._file.flush()
            if self.target is not None:
                self._file.close()
                self.target.secure()

    def abandon(self) -> None:
        """Remove what was written."""
        if self.target is not None:
            with suppress(OSError):
                self._file.close()
            self.target.vanish()


class Outputs:
    """All outputs of one run, which take their places together or are removed together."""

    def __init__(self) -> None:
        self.opened: list[Any] = []

    def open(self, path: str | None, bom: bool = False) -> Output:
        """Open a text output; None is standard output. Raises InputErrors where it cannot be written."""
        output = Output(path, bom)
        self.opened.append(output)
        return output

    def add(self, output: Any) -> None:
        """Add another kind of output, with `target`, `finish` and `abandon`."""
        self.opened.append(output)

    def abandon(self) -> None:
        """Remove what was written."""
        for output in self.opened:
            output.abandon()

    def place(self) -> None:
        """Finish all outputs and move them to their places, the results last: then the others are there too."""
        for output in self.opened:
            output.finish()
        for output in reversed(self.opened):
            if output.target is not None:
                with report_write_errors(output.target.path):
                    output.target.take_place()


@contextmanager
def outputs() -> Iterator[Outputs]:
    """Yield outputs that appear together if the block ends without an exception."""
    all_ = Outputs()
    try:
        yield all_
        all_.place()
    except BaseException:
        all_.abandon()
        raise


@contextmanager
def report_write_errors(path: str) -> Iterator[None]:
    """Turn errors of the system about a file into InputErrors; a broken pipe stays one."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        values = {"reason": system_reason(error)}
        raise InputErrors([Diagnostic("cannot-write", Place(Source(path, "")), values)]) from None
