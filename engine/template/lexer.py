"""Go template text into tokens (Go: text/template/parse lex.go).

A token is (kind, position, text). Lexing ends with an EOF token, or with an ERROR token whose text is Go's message.
"""

from __future__ import annotations

import re
from typing import NamedTuple

TEXT, LEFT, RIGHT, IDENTIFIER, FIELD, VARIABLE, NUMBER, COMPLEX, STRING, RAW, CHARACTER, BOOL, NIL, DOT = range(14)
PIPE, ASSIGN, DECLARE, SPACE, OPEN, CLOSE, CHAR, KEYWORD, EOF, ERROR = range(14, 24)

KEYWORDS = frozenset(("block", "break", "continue", "define", "else", "end", "if", "range", "template", "with"))


class Token(NamedTuple):
    """One token; `position` is the index of its first character."""

    kind: int
    position: int
    text: str


NUMBER_TEXT = (
    r"[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*|0[bB][01_]*"
    r"|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?"
)
TOKEN = re.compile(
    rf"""(?P<right>[ \t\r\n]-\}}\}}|\}}\}})
    |(?P<space>[ \t\r\n]+)
    |(?P<string>"(?:\\[^\n]|[^"\\\n])*")
    |(?P<raw>`[^`]*`)
    |(?P<char>'(?:\\[^\n]|[^'\\\n])*')
    |(?P<number>(?=[+\-0-9]|\.[0-9]){NUMBER_TEXT})
    |(?P<field>\.\w*)
    |(?P<variable>\$\w*)
    |(?P<word>[^\W\d]\w*)
    |(?P<declare>:=)
    |(?P<assign>=)
    |(?P<pipe>\|)
    |(?P<open>\()
    |(?P<close>\))
    """,
    re.VERBOSE,
)
TERMINATOR = re.compile(r"[ \t\r\n.,|:()]|\}\}|\Z")
WORD_RUN = re.compile(r"\w*")
KINDS = {
    "string": STRING, "raw": RAW, "char": CHARACTER, "declare": DECLARE, "assign": ASSIGN, "pipe": PIPE,
}  # fmt: skip
SPACES = " \t\r\n"


def _rune(char: str) -> str:
    """`U+002D '-'`."""
    if not char:
        return "U+FFFFFFFFFFFFFFFF"
    shown = f" '{char}'" if char.isprintable() else ""
    return f"U+{ord(char):04X}{shown}"


class _Lexer:
    def __init__(self, text: str) -> None:
        self.text = text
        self.out: list[Token] = []
        self.depth = 0

    def fail(self, at: int, message: str) -> None:
        self.out.append(Token(ERROR, at, message))

    def run(self) -> list[Token]:
        """All tokens."""
        text, at = self.text, 0
        append = self.out.append
        while True:
            start = text.find("{{", at)
            if start < 0:
                if at < len(text):
                    append(Token(TEXT, at, text[at:]))
                append(Token(EOF, len(text), ""))
                return self.out
            inside = start + 2
            trims = text.startswith("-", inside) and text[inside + 1 : inside + 2] in SPACES and len(text) > inside + 1
            if start > at:
                piece = text[at:start]
                if trims:
                    piece = piece.rstrip(SPACES)
                if piece:
                    append(Token(TEXT, at, piece))
            after = inside + 2 if trims else inside
            if text.startswith("/*", after):
                end = self.comment(after)
            else:
                append(Token(LEFT, start, "{{"))
                self.depth = 0
                end = self.action(after if trims else inside)
            if end < 0:
                return self.out
            at = end

    def comment(self, at: int) -> int:
        """The position after a comment; -1 after an error."""
        text = self.text
        close = text.find("*/", at)
        if close < 0:
            self.fail(at, "unclosed comment")
            return -1
        close += 2
        if text.startswith("}}", close):
            return close + 2
        if text[close : close + 1] in SPACES and text.startswith("-}}", close + 1) and close < len(text):
            return self.trimmed(close + 4)
        self.fail(at, "comment ends before closing delimiter")
        return -1

    def trimmed(self, at: int) -> int:
        text = self.text
        while at < len(text) and text[at] in SPACES:
            at += 1
        return at

    def action(self, at: int) -> int:
        """Tokens up to the right delimiter; the position after it, -1 after an error."""
        text, append = self.text, self.out.append
        scan = TOKEN.match
        while True:
            match = scan(text, at)
            if match is None:
                self.unknown(at)
                return -1
            kind, end = match.lastgroup, match.end()
            if kind == "right":
                if self.depth:
                    self.fail(at, "unclosed left paren")
                    return -1
                append(Token(RIGHT, at, "}}"))
                return end if text[at] == "}" else self.trimmed(end)
            if kind == "space":
                # The last blank may belong to a trimming delimiter.
                if end - at > 1 and text.startswith("-}}", end):
                    end -= 1
                append(Token(SPACE, at, match[0]))
            elif kind == "word" or kind == "field" or kind == "variable":
                if not TERMINATOR.match(text, end):
                    self.fail(at, f"bad character {_rune(text[end])}")
                    return -1
                append(self.word(kind, at, match[0]))
            elif kind == "number":
                token = self.number(at, match[0], end)
                if token is None:
                    return -1
                append(token)
                end = at + len(token.text)
            elif kind == "open":
                self.depth += 1
                append(Token(OPEN, at, "("))
            elif kind == "close":
                self.depth -= 1
                if self.depth < 0:
                    self.fail(at, "unexpected right paren")
                    return -1
                append(Token(CLOSE, at, ")"))
            else:
                append(Token(KINDS[kind or ""], at, match[0]))
            at = end

    def word(self, kind: str, at: int, text: str) -> Token:
        if kind == "variable":
            return Token(VARIABLE, at, text)
        if kind == "field":
            return Token(DOT if text == "." else FIELD, at, text)
        if text in KEYWORDS:
            return Token(KEYWORD, at, text)
        if text in ("true", "false"):
            return Token(BOOL, at, text)
        return Token(NIL if text == "nil" else IDENTIFIER, at, text)

    def number(self, at: int, found: str, end: int) -> Token | None:
        text = self.text
        if not found or (end < len(text) and (text[end].isalnum() or text[end] == "_")):
            bad = text[at : end + 1]
            self.fail(at, f'bad number syntax: "{bad}"')
            return None
        if text[end : end + 1] in ("+", "-") and end < len(text):
            imaginary = TOKEN.match(text, end)
            if imaginary is None or imaginary.lastgroup != "number" or not imaginary[0].endswith("i"):
                stop = imaginary.end() if imaginary else end + 1
                self.fail(at, f'bad number syntax: "{text[at:stop]}"')
                return None
            return Token(COMPLEX, at, text[at : imaginary.end()])
        return Token(NUMBER, at, found)

    def unknown(self, at: int) -> None:
        text = self.text
        char = text[at : at + 1]
        if char in ("", "\n"):
            self.fail(at, "unclosed action")
        elif char == '"':
            self.fail(at, "unterminated quoted string")
        elif char == "`":
            self.fail(at, "unterminated raw quoted string")
        elif char == "'":
            self.fail(at, "unterminated character constant")
        elif char == ":":
            self.fail(at, "expected :=")
        elif "\x20" <= char < "\x7f":
            self.out.append(Token(CHAR, at, char))
            self.action_again(at + 1)
        else:
            self.fail(at, f"unrecognized character in action: {_rune(char)}")

    def action_again(self, at: int) -> None:
        """Go on after a lone character: the parser decides what is wrong with it."""
        end = self.action(at)
        if end >= 0:
            rest = _Lexer(self.text)
            rest.out = self.out
            rest.resume(end)

    def resume(self, at: int) -> None:
        shifted = _Lexer(self.text[at:]).run()
        self.out.extend(Token(token.kind, token.position + at, token.text) for token in shifted)


def tokens(text: str) -> list[Token]:
    """The tokens of a template's text."""
    return _Lexer(text).run()
