"""Types of a rules file that was read, before any month is chosen."""

from __future__ import annotations

from typing import Any

from calc.diagnostics.diagnostic import Place
from calc.diagnostics.source import Source
from calc.record import Record

Keys = tuple[object, ...]
CHANGE = "from"
"""The key under which a change has the place of its month."""


class Origin(Record):
    """The place where a value was written: a file and a key path in it."""

    source: Source
    keys: Keys

    def place(self, *, on_key: bool = False, start: int | None = None, end: int | None = None) -> Place:
        """Makes a place, narrowed to characters `start` to `end` of a string value if they are given."""
        return Place(self.source, self.keys, start, end, on_key)


class Version(Record):
    """The keys of an entry that hold in one month, and the place where each was written."""

    values: dict[str, Any]
    origins: dict[str, Origin]
    since: int | None

    def get(self, key: str) -> Any:
        """Returns a value, or None."""
        return self.values.get(key)

    def origin(self, key: str) -> Origin:
        """Returns the place where a key was written, or that of the entry where it was not."""
        return self.origins.get(key) or self.origins[""]


class Entry(Record):
    """One named entry: its own keys, and those that replace them from a month on.

    `changes` are sorted by month; a change of None ends the entry. `replaced` are the keys of a parent's changes that
    a file replaces as a whole, by month.
    """

    section: str
    name: str
    values: dict[str, Any]
    origins: dict[str, Origin]
    changes: tuple[tuple[int, dict[str, Any] | None, dict[str, Origin]], ...]
    replaced: dict[int, frozenset[str]] = {}

    @property
    def origin(self) -> Origin:
        """The place where the entry is written."""
        return self.origins[""]


class Topic(Record):
    """A group of facts that belong together; of one that is `expected`, a ledger has a column or says there is none.

    In an interview `who` asks which members the topic concerns, `question` what holds for one of them (`{member}`) or
    for the household. `not_asked` are left to their defaults. A topic of `people` is asked with each name,
    one `for_whom` is named a yes/no of members only of those for whom that is not no.
    """

    name: str
    label: str
    en: str
    facts: tuple[str, ...]
    expected: bool = False
    question: str | None = None
    question_en: str | None = None
    who: str | None = None
    who_en: str | None = None
    not_asked: tuple[str, ...] = ()
    people: bool = False
    for_whom: str | None = None

    def label_in(self, language: str) -> str:
        """Returns the label in `zh` (the file's own language) or `en`."""
        return self.en if language == "en" else self.label

    def asked(self) -> tuple[str, ...]:
        """Lists the facts that an interview asks for under this topic: none where it has no question."""
        return tuple(one for one in self.facts if one not in self.not_asked) if self.question else ()

    def question_in(self, language: str) -> str:
        """Returns the question in a language, else in the other one."""
        return (self.question_en or self.question or "") if language == "en" else (self.question or "")

    def who_in(self, language: str) -> str | None:
        """Returns the question for the members concerned; None where each member is asked."""
        return (self.who_en or self.who) if language == "en" else self.who


class Letter(Record):
    """The sentences of a letter in both languages, Chinese first: for a kind of decision and some benefits, or all.

    `cites` are why it is written, for some benefits others; `remedies` what gives the right to contest it.
    """

    name: str
    kind: str
    benefits: tuple[str, ...]
    titles: tuple[str, str]
    paragraphs: tuple[tuple[str, ...], tuple[str, ...]]
    cites: tuple[str, ...] = ()
    remedies: tuple[str, ...] = ()
    cites_for: dict[str, tuple[str, ...]] = {}


class Rulebook(Record):
    """A rules file merged with its parents; its keys and values are checked, its formulas not yet.

    `decimals` are those of the currency; months are numbers like 202206. `topics` are groups of facts (see `Topic`).
    """

    title: dict[str, Any]
    documents: dict[str, dict[str, Any]]
    entries: dict[str, Entry]
    checks: dict[str, Entry]
    topics: dict[str, Topic]
    cases: tuple[tuple[dict[str, Any], Origin], ...]
    sources: tuple[Source, ...]
    decimals: int
    first_month: int
    confirmed_until: int | None
    letters: dict[str, Letter] = {}

    @property
    def has_members(self) -> bool:
        """True if households have a list of members."""
        return any(entry.section == "facts.member" for entry in self.entries.values())

    @property
    def sha256(self) -> str:
        """The digest of the text of the file and its parents."""
        return digest(self.sources)

    @property
    def path(self) -> str:
        """The path that was read, as given by the user."""
        return self.sources[0].path


def digest(sources: tuple[Source, ...]) -> str:
    """Computes the SHA-256 of rules files."""
    import hashlib  # loads OpenSSL, for which most answers have no use

    return hashlib.sha256(b"\0".join(source.text.encode() for source in sources)).hexdigest()
