"""Defines records: small immutable values with named fields, cheap to define and to make.

The type checker treats them as frozen dataclasses.
At run time they are slotted classes with an `__init__` that is generated when the first one is made:
forty frozen dataclasses cost 20 ms of every start, forty records about 2 ms.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform
else:

    def dataclass_transform(**_):  # noqa: D103 - the real one is for the type checker alone
        return lambda value: value


class _RecordType(type):
    def __new__(mcs, name: str, bases: tuple[type, ...], space: dict[str, Any]) -> _RecordType:
        own = tuple(field for field in space.get("__annotations__", ()) if not field.startswith("_"))
        defaults = {field: space.pop(field) for field in own if field in space}
        space["__slots__"] = own
        cls = super().__new__(mcs, name, bases, space)
        inherited = next((base for base in bases if isinstance(base, _RecordType)), None)
        fields = (inherited._fields if inherited else ()) + own  # type: ignore[attr-defined]
        known = {**(inherited._defaults if inherited else {}), **defaults}  # type: ignore[attr-defined]
        fields = tuple(sorted(fields, key=lambda field: field in known))  # stable: the required first
        cls._fields = fields  # type: ignore[attr-defined]
        cls._defaults = known  # type: ignore[attr-defined]
        cls._compared = tuple(field for field in fields if field != "span")  # type: ignore[attr-defined]
        if fields and "__init__" not in space:
            cls.__init__ = _first_init(cls)  # type: ignore[misc]
        return cls


def _first_init(cls: Any) -> Callable[..., None]:
    """Makes the `__init__` that replaces itself by a generated one: most runs use half of all records."""

    def first(self: Any, *given: Any, **named: Any) -> None:
        known = cls._defaults
        arguments = ", ".join(f"{field}=_{field}" if field in known else field for field in cls._fields)
        body = "; ".join(f"self.{field} = {field}" for field in cls._fields)
        scope = {f"_{field}": value for field, value in known.items()}
        exec(f"def __init__(self, {arguments}): {body}", scope)  # only field names of our own classes
        cls.__init__ = scope["__init__"]
        scope["__init__"](self, *given, **named)

    return first


@dataclass_transform(frozen_default=True)
class Record(metaclass=_RecordType):
    """Base of all records. Equality is by class and fields, except `span`."""

    _fields: tuple[str, ...]
    _compared: tuple[str, ...]

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if self.__class__ is not other.__class__:
            return NotImplemented
        return all(getattr(self, field) == getattr(other, field) for field in self._compared)

    def __hash__(self) -> int:
        return hash((self.__class__, *(getattr(self, field) for field in self._compared)))

    def __repr__(self) -> str:
        shown = ", ".join(f"{field}={getattr(self, field)!r}" for field in self._fields)
        return f"{self.__class__.__name__}({shown})"

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:  # half the bytes and time of a state of slots
        return self.__class__, tuple([getattr(self, field) for field in self._fields])


AnyRecord = TypeVar("AnyRecord", bound=Record)


def replace(record: AnyRecord, **changes: Any) -> AnyRecord:
    """Copies a record with some fields changed."""
    values = {field: getattr(record, field) for field in record._fields}
    return record.__class__(**{**values, **changes})
