"""Fills an office's own form, a Word document with fields like `{{ amount }}`, by docxtpl (extra `letters`).

A form comes from an office and may hold anything: it is rendered in a sandbox, and a field that does not exist is an
error, never a blank.
"""

from __future__ import annotations

from typing import Any

from calc.diagnostics.diagnostic import Diagnostic, InputErrors, Place, missing_extra
from calc.diagnostics.source import Source
from calc.language.expression_error import did_you_mean
from calc.report.letter import LetterText


class LetterForm:
    """A form, read once and filled for each letter. Raises InputErrors for what is no form, with the reason."""

    def __init__(self, path: str) -> None:
        self.path = path
        try:
            import docxtpl
            import jinja2
            from jinja2.sandbox import SandboxedEnvironment
        except ImportError:
            raise missing_extra("docxtpl", "letters", path) from None
        self._wrong = (jinja2.TemplateError, ValueError, KeyError, OSError)
        self._environment = SandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=True)
        self._template = docxtpl.DocxTemplate
        try:
            with open(path, "rb"):
                pass
        except OSError as error:
            from calc.diagnostics.foreign_reasons import system_reason

            raise self._error("cannot-read", reason=system_reason(error)) from None
        try:
            self.fields: set[str] = set(self._template(path).get_undeclared_template_variables(self._environment))
        except jinja2.TemplateError as error:
            raise self._error("bad-form", reason=str(error).partition("\n")[0]) from None
        except Exception:  # of zipfile, lxml or python-docx, whatever the file holds
            raise self._error("bad-form/format") from None

    def fill(self, letter: LetterText, target: str) -> None:
        """Writes the form with the fields of a letter filled to a file. Raises InputErrors for a field it lacks."""
        values = {"title": letter.title, "kind": letter.kind, **letter.fields}
        for name in sorted(self.fields - values.keys()):
            entry = letter.entries(name)
            if entry is None:
                help_ = did_you_mean(name, list(values))
                raise InputErrors([Diagnostic("bad-form/field", self._place(), {"name": name}, help_)])
            values[name] = entry
        document = self._template(self.path)
        try:
            document.render(values, self._environment)
        except self._wrong as error:
            raise self._error("bad-form", reason=str(error).partition("\n")[0]) from None
        document.save(target)

    def _place(self) -> Place:
        return Place(Source(self.path, ""))

    def _error(self, code: str, **values: Any) -> InputErrors:
        return InputErrors([Diagnostic(code, self._place(), values)])
