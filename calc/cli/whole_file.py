"""Files that appear whole or not at all: written beside under another name, then renamed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from calc.diagnostics import Diagnostic, Faulty, Place
from calc.source import Source


@contextmanager
def whole_file(path: str) -> Iterator[str]:
    """A path to write to, in the folder of `path`, which takes its place when all went well and is removed if not.

    What is no ordinary file (a pipe, `/dev/null`) is written to directly. Raises Faulty where it cannot be written.
    """
    try:
        target = os.path.realpath(path)  # a link goes on pointing to the file
        if os.path.exists(target) and not os.path.isfile(target):
            yield path
            return
        folder, name = os.path.split(target)
        beside = os.path.join(folder, f".{name}.{os.getpid()}.part")
        try:
            yield beside
            with open(beside, "rb+") as file:
                os.fsync(file.fileno())
            with suppress(OSError):
                os.chmod(beside, os.stat(target).st_mode & 0o777)
            os.replace(beside, target)
        except BaseException:
            with suppress(OSError):
                os.unlink(beside)
            raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise Faulty([Diagnostic("cannot-write", Place(Source(path, "")), {"reason": reason})]) from None
