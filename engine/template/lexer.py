"""Go template text into tokens (Go: text/template/parse lex.go).

A token is (kind, position, text); the position is the index of its first character. Lexing ends with an EOF token, or
with an ERROR token whose text is Go's message. Lines are not counted here: they are worked out where an error needs one.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, TypeAlias

from ..goquote import is_printable, quote

Token: TypeAlias = tuple[int, int, str]

TEXT: Final = 0
LEFT: Final = 1
RIGHT: Final = 2
IDENTIFIER: Final = 3
FIELD: Final = 4
VARIABLE: Final = 5
NUMBER: Final = 6
COMPLEX: Final = 7
STRING: Final = 8
RAW: Final = 9
CHARACTER: Final = 10
BOOL: Final = 11
NIL: Final = 12
DOT: Final = 13
PIPE: Final = 14
ASSIGN: Final = 15
DECLARE: Final = 16
SPACE: Final = 17
OPEN: Final = 18
CLOSE: Final = 19
CHAR: Final = 20
KEYWORD: Final = 21
EOF: Final = 22
ERROR: Final = 23

WORDS = {
    "block": KEYWORD,
    "break": KEYWORD,
    "continue": KEYWORD,
    "define": KEYWORD,
    "else": KEYWORD,
    "end": KEYWORD,
    "if": KEYWORD,
    "range": KEYWORD,
    "template": KEYWORD,
    "with": KEYWORD,
    "true": BOOL,
    "false": BOOL,
    "nil": NIL,
}
SPACES = " \t\r\n"

# One match is one token, with the groups' numbers as its kind. A word, field or variable matches only where something
# follows that may: `stop`. A blank that belongs to ` -}}` is left to the delimiter.
STOP = r"(?=[ \t\r\n.,|:()]|\}\}|\Z)"
NUMBER_TEXT = (
    r"[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?"
    r"|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?"
)
TOKEN = re.compile(
    rf"""([ \t\r\n]-\}}\}}[ \t\r\n]*|\}}\}})
    |([ \t\r\n](?:[ \t\r\n]*(?=[ \t\r\n]-\}}\}})|[ \t\r\n]*))
    |(\.[^\W0-9]\w*|\.(?=[^0-9])){STOP}
    |([^\W\d]\w*){STOP}
    |("(?:[^"\\\n]|\\[^\n])*")
    |(\$\w*){STOP}
    |(\|)
    |((?=[+\-0-9]|\.(?:[0-9]|\Z)){NUMBER_TEXT})
    |(:=)
    |(\()
    |(\))
    |(=)
    |(`[^`]*`)
    |('(?:[^'\\\n]|\\[^\n])*')
    """,
    re.VERBOSE,
)
G_RIGHT, G_SPACE, G_FIELD, G_WORD, G_STRING, G_VARIABLE, G_PIPE, G_NUMBER = range(1, 9)
G_DECLARE, G_OPEN, G_CLOSE, G_ASSIGN, G_RAW, G_CHARACTER = range(9, 15)
KINDS = {
    G_SPACE: SPACE, G_STRING: STRING, G_VARIABLE: VARIABLE, G_PIPE: PIPE, G_DECLARE: DECLARE, G_OPEN: OPEN, G_CLOSE: CLOSE,
    G_ASSIGN: ASSIGN, G_RAW: RAW, G_CHARACTER: CHARACTER,
}  # fmt: skip
NUMBER_MATCH = re.compile(NUMBER_TEXT).match
WORD_RUN = re.compile(r"\w*")
UNFINISHED = {
    "": "unclosed action",
    '"': "unterminated quoted string",
    "`": "unterminated raw quoted string",
    "'": "unterminated character constant",
    ":": "expected :=",
}


class _LexError(Exception):
    """Lexing ends here: the ERROR token's position and text."""

    def __init__(self, at: int, message: str) -> None:
        super().__init__(message)
        self.token: Token = (ERROR, at, message)


def rune(char: str) -> str:
    """A character as `%#U` prints it: `U+002D '-'`; the end of the text as -1."""
    if not char:
        return "U+FFFFFFFFFFFFFFFF"
    code = 0xFFFD if "\ud800" <= char <= "\udfff" else ord(char)
    shown = chr(code)
    return f"U+{code:04X} '{shown}'" if is_printable(shown) else f"U+{code:04X}"


def tokens(text: str) -> list[Token]:
    """The tokens of a template's text."""
    out: list[Token] = []
    try:
        _lex(text, out)
    except _LexError as error:
        out.append(error.token)
    return out


def _lex(text: str, out: list[Token]) -> None:
    at = 0
    append = out.append
    find = text.find
    while True:
        start = find("{{", at)
        if start < 0:
            if at < len(text):
                append((TEXT, at, text[at:]))
            append((EOF, len(text), "EOF"))
            return
        inside = start + 2
        trims = text[inside : inside + 1] == "-" and text[inside + 1 : inside + 2] in (" ", "\t", "\r", "\n")
        if start > at:
            piece = text[at:start]
            if trims:
                piece = piece.rstrip(SPACES)
            if piece:
                append((TEXT, at, piece))
        if trims:
            inside += 2
        if text.startswith("/*", inside):
            at = _comment(text, inside)
        else:
            append((LEFT, start, "{{"))
            at = _action(text, inside, out)


def _comment(text: str, at: int) -> int:
    """The position after a comment and what its delimiter trims."""
    close = text.find("*/", at + 2)
    if close < 0:
        raise _LexError(at, "unclosed comment")
    close += 2
    if text.startswith("}}", close):
        return close + 2
    if text.startswith("-}}", close + 1) and text[close] in SPACES:
        return _skip(text, close + 4)
    raise _LexError(at, "comment ends before closing delimiter")


SKIP = re.compile(r"[ \t\r\n]*").match


def _skip(text: str, at: int) -> int:
    found = SKIP(text, at)
    assert found is not None
    return found.end()


def _action(text: str, at: int, out: list[Token]) -> int:
    """Tokens up to the right delimiter; the position after it and what it trims."""
    append = out.append
    scan = TOKEN.match
    words = WORDS.get
    depth = 0
    while True:
        match = scan(text, at)
        if match is None:
            at = _odd(text, at, out)
            continue
        group = match.lastindex
        if group == G_RIGHT:
            if depth:
                raise _LexError(at, "unclosed left paren")
            end = match.end()
            append((RIGHT, at if text[at] == "}" else at + 2, "}}"))
            return end
        found = match[0]
        if not found.isascii() and group in (G_WORD, G_FIELD, G_VARIABLE):
            _check_letters(at, found)
        if group == G_WORD:
            append((words(found, IDENTIFIER), at, found))
        elif group == G_FIELD:
            append((DOT if found == "." else FIELD, at, found))
        elif group == G_NUMBER:
            found = _number(text, at, found, out)
        else:
            append((KINDS[group], at, found))  # type: ignore[index]
            if group == G_OPEN:
                depth += 1
            elif group == G_CLOSE:
                depth -= 1
                if depth < 0:
                    out.pop()
                    raise _LexError(at, "unexpected right paren")
        at += len(found)


def _check_letters(at: int, word: str) -> None:
    """Python's `\\w` takes number signs such as `²` that Go's letters and digits do not."""
    for offset, char in enumerate(word):
        if not char.isascii() and unicodedata.category(char)[0] != "L" and unicodedata.category(char) != "Nd":
            message = "unrecognized character in action: " if not offset else "bad character "
            raise _LexError(at, message + rune(char))


def _number(text: str, at: int, found: str, out: list[Token]) -> str:
    """Append a number's token, which may turn out complex; its text."""
    end = at + len(found)
    _check_number_end(text, at, end)
    if text[end : end + 1] not in ("+", "-"):
        out.append((NUMBER, at, found))
        return found
    second = NUMBER_MATCH(text, end)
    assert second is not None
    stop = second.end()
    _check_number_end(text, at, stop)
    if text[stop - 1] != "i":
        raise _LexError(at, f"bad number syntax: {quote(text[at:stop])}")
    out.append((COMPLEX, at, text[at:stop]))
    return text[at:stop]


def _check_number_end(text: str, at: int, end: int) -> None:
    following = text[end : end + 1]
    if following == "_" or following.isalpha() or following.isdecimal():
        raise _LexError(at, f"bad number syntax: {quote(text[at : end + 1])}")


def _odd(text: str, at: int, out: list[Token]) -> int:
    """A character that starts no token: an error, or a token of its own that only the parser may refuse."""
    char = text[at : at + 1]
    if char in UNFINISHED:
        raise _LexError(at, UNFINISHED[char])
    if char in ("$", ".") or char == "_" or char.isalpha() or char.isdecimal():
        run = WORD_RUN.match(text, at + 1)
        assert run is not None
        _check_letters(at, text[at : run.end()])
        raise _LexError(at, f"bad character {rune(text[run.end() : run.end() + 1])}")
    if " " <= char <= "~":
        out.append((CHAR, at, char))
        return at + 1
    raise _LexError(at, f"unrecognized character in action: {rune(char)}")
