"""Keeps the checked plans of rules files in a folder of the user, for the next process that needs one.

Reading and checking the shipped rules takes longer than everything else that one household needs.
A kept plan is used only if the texts of the rules file and its parents, the month, this program and Python are the
same as when it was made, and only out of a folder and a file that nobody else can write.
Whatever is wrong with it, the rules are read and checked as without it, and nothing is reported.
"""

from __future__ import annotations

import os
import sys
from binascii import crc32
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, Any

try:  # `pickle` itself takes a millisecond more
    from _pickle import Pickler, Unpickler
except ImportError:
    from pickle import Pickler, Unpickler

from calc import __version__
from calc.diagnostics.source import Source
from calc.language.types import Type
from calc.record import Record
from calc.rules.toml_document import read_text

if TYPE_CHECKING:
    from calc.rules.plan import Plan

VARIABLE = "DOUDI_CACHE"
"""The environment variable that has another folder, or one of `OFF`."""
OFF = ("off", "no", "0")
MOST_FILES = 16
"""Plans that are kept; of the shipped rules each takes 400 kilobytes."""
_MARK = b"doudi-plan-1"
_MADE_BY = (".", "rules", "language", "diagnostics")
"""The folders of the program on which a plan depends."""
_VALUES = {("builtins", "frozenset"), ("fractions", "Fraction"), ("datetime", "date")}


def kept_plan(path: str, month: int) -> Plan | None:
    """Finds the plan that was kept of a rules file and a month; None if there is none of the same texts."""
    folder = _folder()
    if folder is None:
        return None
    try:
        data = _private_bytes(folder, _file_name(path, month))
        head, _, rest = data.partition(b"\n")
        mark, checksum, *sizes = head.split()
        if mark != _MARK or int(checksum, 16) != crc32(rest):
            return None
        about, types, plan = _cut(rest, [int(size) for size in sizes])
        made_of, texts = _PlanUnpickler(about).load()
        if made_of != _circumstances(path, month):
            return None
        sources = [read_text(one) for one, _ in texts]
        if [source.text for source in sources] != [text for _, text in texts]:
            return None
        return _PlanUnpickler(plan, sources, _PlanUnpickler(types).load()).load()  # type: ignore[no-any-return]
    except Exception:  # no such file, a damaged one, a rules file that cannot be read: reading it again says so
        return None


def keep_plan(path: str, plan: Plan) -> None:
    """Keeps the plan of a rules file, unless parameters are set in it; does nothing where that is not possible."""
    folder = _folder()
    if folder is None or plan.set:
        return
    with suppress(Exception):  # a full disk, a folder of somebody else, a plan that is nested too deeply
        os.makedirs(folder, mode=0o700, exist_ok=True)
        _require_private(os.stat(folder))
        texts = [(source.path, source.text) for source in plan.sources]
        types = _SharedTypes()
        body = _pickled(plan, plan.sources, types)
        about = _pickled((_circumstances(path, plan.month), texts))
        parts = about, _pickled(types.kept), body
        rest = b"".join(parts)
        head = b" ".join([_MARK, b"%08x" % crc32(rest), *(b"%d" % len(part) for part in parts)])
        _place(folder, _file_name(path, plan.month), head + b"\n" + rest)
        _remove_oldest(folder)


class _PlanUnpickler(Unpickler):
    """Reads records and plain values, nothing else: a kept plan cannot call anything."""

    def __init__(self, data: bytes, sources: Any = (), types: Any = ()) -> None:
        super().__init__(BytesIO(data))
        self._tables = {"source_at": sources.__getitem__, "type_at": types.__getitem__}

    def find_class(self, module: str, name: str) -> Any:
        if module == __name__:
            return self._tables[name]
        if (module, name) in _VALUES:
            return super().find_class(module, name)
        found = super().find_class(module, name) if module.startswith("calc.") and "." not in name else None
        if not isinstance(found, type) or not issubclass(found, Record):
            raise ValueError(name)
        return found


def source_at(place: int) -> Source:
    """Names one of a plan's sources in what is kept of it; never called."""
    raise NotImplementedError


def type_at(place: int) -> Type:
    """Names one of the types of a plan in what is kept of it; never called."""
    raise NotImplementedError


def _pickled(value: object, sources: tuple[Source, ...] = (), types: _SharedTypes | None = None) -> bytes:
    """Pickles a value. Its sources become their places in `sources`, and its types, where asked, those in `types`.

    Most of a plan's fifteen hundred types are equal.
    """
    places = {id(source): at for at, source in enumerate(sources)}
    table: dict[type, Any] = {Source: lambda one: (source_at, (places[id(one)],))}
    if types is not None:
        table[Type] = types.reduced
    out = BytesIO()
    pickler = Pickler(out, 5)
    pickler.dispatch_table = table
    pickler.dump(value)
    return out.getvalue()


class _SharedTypes:
    """Collects the types of a plan, equal ones once."""

    def __init__(self) -> None:
        self.found: dict[object, int] = {}
        self.kept: list[Type] = []

    def reduced(self, one: Type) -> tuple[Any, tuple[int]]:
        values = [getattr(one, field) for field in Type._fields]
        key = (*values, *(value.__class__ for value in values))  # 1 and Fraction(1) are equal
        if key not in self.found:
            self.found[key] = len(self.kept)
            self.kept.append(one)
        return type_at, (self.found[key],)


def _cut(data: bytes, sizes: list[int]) -> list[bytes]:
    """Cuts bytes into parts of some sizes."""
    ends = [sum(sizes[: at + 1]) for at in range(len(sizes))]
    return [data[end - size : end] for end, size in zip(ends, sizes, strict=True)]


def _circumstances(path: str, month: int) -> tuple[object, ...]:
    """Lists all that a plan depends on besides the texts of its rules."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    code = []
    for folder in _MADE_BY:
        with os.scandir(os.path.join(package, folder)) as found:
            for entry in found:
                if entry.name.endswith((".py", ".pyc")):
                    about = entry.stat()
                    code.append((folder, entry.name, about.st_size, about.st_mtime_ns))
    return path, month, __version__, sys.version, sorted(code)


def _folder() -> str | None:
    """Finds the folder of kept plans; None if none are to be kept."""
    given = os.environ.get(VARIABLE)
    if given:
        return None if given.lower() in OFF else given
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "")
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(base, "doudi") if os.path.isabs(base) else None


def _file_name(path: str, month: int) -> str:
    return f"{month}-{crc32(os.path.abspath(path).encode('utf-8', 'surrogateescape')):08x}.plan"


def _require_private(about: os.stat_result) -> None:
    """Raises PermissionError for what somebody else owns or may write."""
    if hasattr(os, "getuid") and (about.st_uid != os.getuid() or about.st_mode & 0o022):
        raise PermissionError


def _private_bytes(folder: str, name: str) -> bytes:
    _require_private(os.stat(folder))
    path = os.path.join(folder, name)
    with open(path, "rb") as file:
        _require_private(os.fstat(file.fileno()))
        with suppress(OSError):
            os.utime(path)  # so that those go first which nobody uses
        return file.read()


def _place(folder: str, name: str, data: bytes) -> None:
    """Writes a file that appears whole or not at all."""
    aside = os.path.join(folder, f".{name}.{os.getpid()}")
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with open(os.open(aside, flags, 0o600), "wb") as file:
            file.write(data)
        os.replace(aside, os.path.join(folder, name))
    except BaseException:
        with suppress(OSError):
            os.unlink(aside)
        raise


def _remove_oldest(folder: str) -> None:
    """Removes all but the plans used last, and what processes that were stopped have left."""
    with os.scandir(folder) as found:
        files = [(entry.stat().st_mtime_ns, entry.path) for entry in found if ".plan" in entry.name]
    for _, path in sorted(files, reverse=True)[MOST_FILES:]:
        with suppress(OSError):
            os.unlink(path)
