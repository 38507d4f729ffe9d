"""Makes the letters of a rulebook: the sentences that say what was decided, for a kind of decision and benefits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from string import Formatter

from calc.diagnostics.diagnostic import Diagnostic
from calc.diagnostics.source import Source
from calc.language.expression_error import did_you_mean
from calc.rules.rulebook import Entry, Letter
from calc.rules.schema import LETTER_KINDS

GRANTED, DENIED, CHANGED, ENDED, UNDETERMINED = LETTER_KINDS
TEXTS = frozenset(
    ("household", "recipient", "benefit", "month", "amount", "before", "change", "sum", "cite", "remedy", "rules")
)
"""Fields that stand for a text within a sentence."""
LISTS = frozenset(("steps", "met", "failed", "needs", "causes", "assumed"))
"""Fields that stand for a list; a paragraph with an empty one is left out."""
_SENTENCES = ("title", "title_en", "paragraphs", "paragraphs_en")


def letters_of(
    written: Mapping[str, Entry],
    entries: Mapping[str, Entry],
    documents: Mapping[str, object],
    own: Source,
    found: list[Diagnostic],
) -> dict[str, Letter]:
    """Makes the letters, after parents were merged; adds mistakes to `found`.

    `own` is the file that was asked for: it may remove benefits that letters of its parents name.
    """
    letters = {}
    taken: dict[tuple[str, str], str] = {}
    known = [name for name, entry in entries.items() if entry.section == "benefits"]
    for name, entry in written.items():
        values = entry.values
        found += [*_unknown_fields(entry), *_unknown_documents(entry, documents)]
        if entry.origin.source is own:
            found += _unknown_benefits(entry, known)
        for benefit in values.get("benefits", [""]):
            other = taken.setdefault((values["for"], benefit), name)
            if other != name:
                place = (entry.origins.get("benefits") or entry.origin).place()
                found.append(Diagnostic("duplicate-name/letter", place, {"name": name, "other": other}))
        letters[name] = Letter(
            name,
            values["for"],
            tuple(values.get("benefits", ())),
            (values["title"], values.get("title_en", values["title"])),
            (tuple(values["paragraphs"]), tuple(values.get("paragraphs_en", values["paragraphs"]))),
            _several(values.get("cite")),
            _several(values.get("remedy")),
            {benefit: _several(cites) for benefit, cites in values.get("cite_for", {}).items()},
        )
    return letters


def letter_for(letters: Mapping[str, Letter], kind: str, benefit: str) -> Letter | None:
    """Finds the letter for a kind of decision: the one that names the benefit, else the one for all."""
    fitting = [one for one in letters.values() if one.kind == kind and (benefit in one.benefits or not one.benefits)]
    return max(fitting, key=lambda one: bool(one.benefits), default=None)


def missing_letters(letters: Mapping[str, Letter], entries: Mapping[str, Entry]) -> Iterator[Diagnostic]:
    """Warns of benefits without a letter for a kind of decision, where the rules have letters at all."""
    for name, entry in entries.items() if letters else ():
        if entry.section == "benefits":
            missing = [kind for kind in LETTER_KINDS if letter_for(letters, kind, name) is None]
            if missing:
                yield Diagnostic("no-letter", entry.origin.place(on_key=True), {"name": name, "kinds": missing})


def fields_of(sentence: str) -> list[str]:
    """Lists the fields of a sentence. Raises ValueError for braces that belong to none, or hold more than a name."""
    found = []
    for _, field, form, conversion in Formatter().parse(sentence):
        if field == "" or form or conversion:
            raise ValueError(sentence)
        found += [] if field is None else [field]
    return found


def _unknown_fields(entry: Entry) -> Iterator[Diagnostic]:
    for key in _SENTENCES:
        place = (entry.origins.get(key) or entry.origin).place()
        given = entry.values.get(key, ())
        for sentence in [given] if isinstance(given, str) else given:
            try:
                fields = fields_of(sentence)
            except ValueError:
                yield Diagnostic("unknown-name/braces", place, {"letter": entry.name, "text": sentence})
                continue
            for field in fields:
                if field not in TEXTS | LISTS:
                    help_ = did_you_mean(field, sorted(TEXTS | LISTS))
                    yield Diagnostic("unknown-name/field", place, {"name": field, "letter": entry.name}, help_)


def _unknown_benefits(entry: Entry, known: list[str]) -> Iterator[Diagnostic]:
    for key in ("benefits", "cite_for"):
        for name in (one for one in entry.values.get(key, ()) if one not in known):
            place = entry.origins[key].place()
            values = {"name": name, "letter": entry.name}
            yield Diagnostic("unknown-name/letter", place, values, did_you_mean(name, sorted(known)))


def _unknown_documents(entry: Entry, documents: Mapping[str, object]) -> Iterator[Diagnostic]:
    by_benefit = entry.values.get("cite_for", {}).values()
    given = {"cite": [entry.values.get("cite")], "remedy": [entry.values.get("remedy")], "cite_for": by_benefit}
    for key, several in given.items():
        for cite in (cite for one in several for cite in _several(one)):
            document = cite.partition(" ")[0]
            if document not in documents:
                help_ = did_you_mean(document, list(documents))
                yield Diagnostic("unknown-document", entry.origins[key].place(), {"document": document}, help_)


def _several(value: object) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]
