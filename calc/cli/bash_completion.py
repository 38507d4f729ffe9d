"""Complete in bash: words as Python finds them in the line, answers as bash takes them.

bash divides words at `=` too and inserts answers as they are; so only what is behind the last `=` is answered, and
blanks and brackets in it are escaped.
"""

from __future__ import annotations

import os
import re

from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    add_completion_class,
    split_arg_string,
)

_SCRIPT = """\
%(complete_func)s() {
    local IFS=$'\\n' answer kind value
    COMPREPLY=()
    while IFS=, read -r kind value; do
        case $kind in
            dir) compopt -o dirnames 2>/dev/null ;;
            file) compopt -o default 2>/dev/null ;;
            begin) compopt -o nospace 2>/dev/null; COMPREPLY+=("$value") ;;
            plain) COMPREPLY+=("$value") ;;
        esac
    done < <(COMP_WORDS="${COMP_LINE:0:COMP_POINT}" COMP_BREAKS="$COMP_WORDBREAKS" \\
        %(complete_var)s=bash_complete "$1" 2>/dev/null)
}
complete -o nosort -F %(complete_func)s %(prog_name)s 2>/dev/null || complete -F %(complete_func)s %(prog_name)s
"""
_SPECIAL = re.compile(r"""([\s"'$&;|<>()*?\[\]#~!{}`\\])""")


class WholeTextFish(FishComplete):
    """Completes in fish; an answer and its label are not cut at a comma in them."""

    source_template = FishComplete.source_template.replace('string split ","', 'string split -m 1 ","')


class LineComplete(BashComplete):
    """Completes the line up to the cursor."""

    source_template = _SCRIPT

    def source(self) -> str:
        """Makes the script; it runs in any bash, so none is looked for as click does."""
        return ShellComplete.source(self)

    def get_completion_args(self) -> tuple[list[str], str]:
        """Finds the whole words before the cursor, and the one that is begun."""
        line = os.environ["COMP_WORDS"]
        words = split_arg_string(line)
        while words and re.match(r"\w+=", words[0]):
            del words[0]  # settings of the environment before the command
        self.begun = words.pop() if len(words) > 1 and not _ends_between_words(line) else ""
        self.is_quoted = _open_quote(line) is not None
        return words[1:], self.begun

    def format_completion(self, item: CompletionItem[str]) -> str:
        """Writes an answer as a line of its kind and text."""
        value = str(item.value)
        if item.type != "plain":
            return f"{item.type},{value}"
        kind = "begin" if value.endswith(("=", ".", "..")) else "plain"
        if self.is_quoted:
            return f"{kind},{value}"
        breaks = [sign for sign in "=:" if sign in os.environ.get("COMP_BREAKS", "=:")]
        behind = max((self.begun.rfind(sign) for sign in breaks), default=-1) + 1
        return f"{kind},{_SPECIAL.sub(_escaped, value[behind:])}"


def _escaped(found: re.Match[str]) -> str:
    return f"\\{found[0]}"


def _open_quote(line: str) -> str | None:
    """Finds the quotation mark in which a line ends."""
    mark, at = None, 0
    while at < len(line):
        sign = line[at]
        if sign == "\\" and mark != "'":
            at += 1
        elif mark is None and sign in "\"'":
            mark = sign
        elif sign == mark:
            mark = None
        at += 1
    return mark


def _ends_between_words(line: str) -> bool:
    """Says whether a line ends in a blank that no quotation mark or backslash makes part of a word."""
    if _open_quote(line) is not None:
        return False
    bare = line.rstrip()
    return bare != line and (len(bare) - len(bare.rstrip("\\"))) % 2 == 0


def register() -> None:
    """Has click complete in bash with this class."""
    add_completion_class(LineComplete)
    add_completion_class(WholeTextFish)
