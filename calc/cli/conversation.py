"""Talk on a terminal or a pipe: lines out, an answer in, and a transcript of both."""

from __future__ import annotations

import contextlib
import shutil
import sys
from collections.abc import Iterable

import click

_PROMPT = "> "
BETWEEN = "   "
"""The blanks between the items of a list to choose from."""


class Conversation:
    """Says lines and listens to answers; `transcript` is a file that gets both at the end."""

    def __init__(self, language: str, transcript: str | None = None) -> None:
        self.language = language
        self._transcript = transcript
        self._lines: list[str] = []
        self._width = max(40, min(shutil.get_terminal_size().columns, 100)) if sys.stdout.isatty() else 0
        self._edits = sys.stdin.isatty() and sys.stdout.isatty()
        if self._edits:
            with contextlib.suppress(ImportError):
                import readline  # noqa: F401 - gives the prompt its editing keys

    def say(self, lines: Iterable[str]) -> None:
        """Prints lines, broken to the width of a terminal."""
        for line in lines:
            self._lines.append(line)
            for one in self._broken(line):
                click.echo(one)

    def listen(self) -> str | None:
        """Reads an answer; None where there are no more. Raises KeyboardInterrupt."""
        try:
            answer = input(_PROMPT) if self._edits else self._read_line()
        except EOFError:
            answer = None
        if answer is not None:
            self._lines.append(_PROMPT + answer)
        return answer

    def write_transcript(self) -> None:
        """Writes the transcript, if one was asked for. Raises InputErrors."""
        if self._transcript is not None:
            from calc.batch.atomic_files import whole_file

            with whole_file(self._transcript) as path, open(path, "w", encoding="utf-8") as file:
                file.write("\n".join(self._lines) + "\n")

    def _read_line(self) -> str | None:
        """Reads a line of a pipe, in UTF-8 or in the code of Chinese systems, and shows it behind the prompt."""
        click.echo(_PROMPT, nl=False)
        sys.stdout.flush()
        line = sys.stdin.buffer.readline()
        if not line:
            click.echo("")
            return None
        try:
            text = line.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = line.decode("gb18030", errors="replace")
        text = text.rstrip("\r\n")
        click.echo(text)
        return text

    def fitted(self, line: str) -> list[str]:
        """Breaks a line of a table to the width of a terminal."""
        if not self._width:
            return [line]
        from calc.report.line_breaks import fitted

        return fitted(line, self._width)

    def _broken(self, line: str) -> list[str]:
        """Breaks a line to the width of a terminal; a list to choose from between its items."""
        if not self._width:
            return [line]
        from calc.report.line_breaks import packed, wrapped

        indent = line[: len(line) - len(line.lstrip())]
        text, width = line.strip(), self._width - len(indent)
        return [indent + one for one in (packed(text, width) if BETWEEN in text else wrapped(text, width))]
