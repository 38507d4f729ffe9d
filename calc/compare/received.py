"""Read what the households of a list receive already: words or amounts in columns of the list, or lists of payments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from calc.compare.known_amounts import KnownAmounts, amount_fact
from calc.diagnostics.diagnostic import Diagnostic, cell_place
from calc.households.cell_values import CellError, NotKnown, read_value
from calc.households.value_forms import yes_no_in
from calc.language.expression_error import close_match
from calc.language.types import CHOICE, HOUSEHOLD, MEMBER, Type
from calc.late_pattern import late_pattern
from calc.ledger.kept_cells import row_texts
from calc.ledger.ledger import Ledger, LedgerHousehold
from calc.rules.plan import FactPlan, Plan
from calc.text_forms import folded_word
from calc.vary.screening import Received

_BETWEEN = late_pattern(r"[、，,;；/+＋&]|和|及")
_BLANKS = late_pattern(r"\s+")


class BenefitWords:
    """The words by which a list may name benefits: those of the rules, and some given for one list.

    A word may mean several benefits, and one that is given as `-` none.
    """

    def __init__(self, plan: Plan, given: Mapping[str, str] = {}) -> None:
        self.plan = plan
        self.places: dict[str, list[int]] = {}
        for at, one in enumerate(plan.benefits.values()):
            for word in {one.name, one.about.label, one.about.en, *one.about.short, *one.about.words}:
                self.places.setdefault(folded_word(word), []).append(at)
        for word, target in given.items():
            self.places[folded_word(word)] = [] if target == "-" else self.places[folded_word(target)]
        about = next(iter(plan.benefits.values())).about
        self._blank = FactPlan("", Type(CHOICE, HOUSEHOLD), 0, None, about)
        self._read: dict[str, list[int] | str | None] = {}

    def has(self, word: str) -> bool:
        """Says whether a word names a benefit."""
        return folded_word(word) in self.places

    def read(self, text: str) -> list[int] | str | None:
        """Finds the places of the benefits that a cell names; a text in it that names none; None for "not known"."""
        if text not in self._read:
            if len(self._read) > 10_000:
                self._read.clear()
            self._read[text] = self._named(text)
        return self._read[text]

    def _named(self, text: str) -> list[int] | str | None:
        found: list[int] = []
        for part in self._parts(text):
            places = self.places.get(folded_word(part))
            if places is not None:
                found += places
                continue
            said = read_value(self._blank, part)
            if isinstance(said, NotKnown):
                return None
            if isinstance(said, CellError) and yes_no_in(part) is not False:
                return part
        return found

    def _parts(self, text: str) -> list[str]:
        """Divides a cell at commas and the like, and at blanks where the whole is no word."""
        parts = []
        for one in [text] if self.has(text) else _BETWEEN.split(text):
            words = [each for each in _BLANKS.split(one) if each]
            parts += words if len(words) > 1 and all(map(self.has, words)) and not self.has(one) else [one.strip()]
        return [one for one in parts if one]


class ReceivedColumns:
    """Columns of the list that say what is received.

    `columns` has the heading of each, with the benefit that it is about: its cells are yes, no or amounts. Without a
    benefit they name those that are received.
    """

    def __init__(self, plan: Plan, columns: Mapping[str, str | None], words: BenefitWords) -> None:
        self.plan = plan
        self.words = words
        self.amount = amount_fact(plan)
        self._places = {name: at for at, name in enumerate(plan.benefits)}
        self._is_members = [one.type.level == MEMBER for one in plan.benefits.values()]
        self.columns = columns

    def of(self, ledger: Ledger, entry: LedgerHousehold) -> tuple[Received, tuple[Diagnostic, ...]]:
        """Reads what a household receives, and lists the cells that cannot be read."""
        found: dict[int, set[int | None]] = {}
        mistakes: list[Diagnostic] = []
        is_of_members = len(entry.run.rows) == len(entry.ids)
        for heading, benefit in self.columns.items():
            at = ledger.place_of_kept(entry.part, heading)
            for place, (line, text) in enumerate(row_texts(entry.part, entry.run, at, heading)):
                if not text:
                    continue
                where = cell_place(entry.part.file.shown, line, heading)
                for one in self._benefits(text, benefit, where, mistakes):
                    is_known = self._is_members[one] and is_of_members
                    found.setdefault(one, set()).add(place if is_known else None)
        return {at: frozenset(places) for at, places in found.items()}, tuple(mistakes)

    def _benefits(
        self, text: str, benefit: str | None, where: object, mistakes: list[Diagnostic]
    ) -> Sequence[int]:  # fmt: skip
        if benefit is not None:
            said = yes_no_in(text)
            if said is None:
                read = read_value(self.amount, text)
                if isinstance(read, CellError):
                    values = {**read.values, "fact": benefit}
                    mistakes.append(Diagnostic(read.code, where, values))  # type: ignore[arg-type]
                    return ()
                if isinstance(read, NotKnown):
                    mistakes.append(Diagnostic("not-a-benefit/open", where))  # type: ignore[arg-type]
                    return ()
                said = bool(read)
            return (self._places[benefit],) if said else ()
        named = self.words.read(text)
        if named is None:
            mistakes.append(Diagnostic("not-a-benefit/open", where))  # type: ignore[arg-type]
            return ()
        if isinstance(named, str):
            near = close_match(
                named,
                [
                    *self.plan.benefits,
                    *(one for each in self.plan.benefits.values() for one in (each.about.label, *each.about.short)),
                ],
            )
            help_ = ("did-you-mean", {"name": near}) if near else None
            mistakes.append(Diagnostic("not-a-benefit", where, {"word": named}, help_))  # type: ignore[arg-type]
            return ()
        return named


class ReceivedAmounts:
    """Finds what households are paid, by lists of payments; `met` are the households that were asked for."""

    def __init__(self, known: KnownAmounts, plan: Plan) -> None:
        self.known = known
        self.met: set[str] = set()
        self._places = {name: at for at, name in enumerate(plan.benefits)}

    def of(self, ledger: Ledger, entry: LedgerHousehold) -> tuple[Received, tuple[Diagnostic, ...]]:
        """Finds what a household is paid."""
        side = self.known.sides.get(entry.id)
        self.met.add(entry.id)
        if side is None or side.answer is None:
            return {}, ()
        paid = [name for (name, _), (_, amount) in side.answer.grants.items() if amount]
        return {self._places[name]: frozenset((None,)) for name in paid if name in self._places}, ()

    def strangers(self) -> Iterator[str]:
        """Yields the households that are paid and are not on the list."""
        yield from (id for id in self.known.sides if id not in self.met)
