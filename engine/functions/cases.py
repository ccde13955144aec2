"""Words and their cases: camelcase, snakecase, title, swapcase, initials … (Go: xstrings 1.5.0, goutils 1.1.1, strings)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .runes import (
    LATIN_SPACES,
    SPACE_SET,
    is_digit,
    is_letter,
    is_lower,
    is_number,
    is_punct,
    is_title,
    is_upper,
    lower,
    title,
    to_bytes,
    upper,
    whole,
)

RUNE_ERROR = "\ufffd"
CJK_START = 0x3400
CJK = ((0x4E00, 0x9FCC), (0x3400, 0x4D85), (0x20000, 0x2B81D))
INVALID, NUMBER, UPPER, ALPHABET, CONNECTOR, PUNCT, OTHER = range(7)


def to_upper(text: str) -> str:
    """strings.ToUpper."""
    return text.upper() if text.isascii() else "".join(map(upper, whole(text)))


def to_lower(text: str) -> str:
    """strings.ToLower."""
    return text.lower() if text.isascii() else "".join(map(lower, whole(text)))


def _separates(char: str) -> bool:
    if char < "\x80":
        return not (char.isalnum() or char == "_")
    return not is_letter(char) and not is_digit(char) and char in SPACE_SET


def titled(text: str) -> str:
    """strings.Title: each word's first letter in title case, the rest as it is."""
    out, before = [], " "
    for char in whole(text):
        out.append(title(char) if _separates(before) else char)
        before = char
    return "".join(out)


def untitled(text: str) -> str:
    """Each word's first letter in lower case."""
    out, start = [], True
    for char in whole(text):
        if char in SPACE_SET:
            start = True
        elif start:
            char, start = lower(char), False
        out.append(char)
    return "".join(out)


def swapped(text: str) -> str:
    """Upper case becomes lower; lower becomes upper, a word's first letter title case."""
    out, blank = [], True
    for char in whole(text):
        if is_upper(char) or is_title(char):
            out.append(lower(char))
            blank = False
        elif is_lower(char):
            out.append(title(char) if blank else upper(char))
            blank = False
        else:
            out.append(char)
            blank = char in SPACE_SET
    return "".join(out)


def initials(text: str) -> str:
    """The words' first bytes, each taken as a Latin-1 character."""
    out, gap = [], True
    for char in to_bytes(text).decode("latin-1"):
        if char in LATIN_SPACES:
            gap = True
        elif gap:
            out.append(char)
            gap = False
    return "".join(out)


def without_space(text: str) -> str:
    """The text without blanks; of a text that had some, each byte is taken as a Latin-1 character."""
    data = to_bytes(text).decode("latin-1")
    kept = "".join(char for char in data if char not in LATIN_SPACES)
    return text if len(kept) == len(data) else kept


def _connects(char: str) -> bool:
    return char in "-_" or char in SPACE_SET


def camel(text: str) -> str:
    """xstrings.ToPascalCase: `http_server` gives `HttpServer`; connectors at the start stay, and double ones lose one."""
    chars = whole(text)
    at = 0
    while at < len(chars) and _connects(chars[at]):
        at += 1
    out = list(chars[:at])
    if not chars:
        return ""
    if at == len(chars):  # only connectors: the last one is written once more
        return chars + chars[-1]
    shouting = is_upper(chars[at])
    now = upper(chars[at])
    for char in chars[at + 1 :]:
        before, now = now, char
        if _connects(now) and _connects(before):
            out.append(before)
        elif _connects(before):
            shouting = is_upper(now)
            now = upper(now)
        else:
            if shouting:
                if is_upper(now):
                    now = lower(now)
                else:
                    shouting = False
            out.append(before)
    out.append(now)
    return "".join(out)


def _is_alphabet(char: str) -> bool:
    if not is_letter(char):
        return False
    code = ord(char)
    return code < CJK_START or not any(start <= code <= end for start, end in CJK)


class _Words:
    """A text cut into runs of one kind, as xstrings' snake case sees them; characters that are not valid are skipped over."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.chars = whole(text)
        self.at = 0

    @property
    def left(self) -> bool:
        return self.at < len(self.text)

    def peek(self, at: int, before: str) -> tuple[str, int]:
        """The next valid character from there and the position after it; the one before without any."""
        while at < len(self.chars):
            char = self.chars[at]
            at += 1
            if char != RUNE_ERROR:
                return char, at
        return before, at

    def run(self, at: int, char: str, kind: int) -> int:
        """The end of the run of characters of that kind."""
        test = RUNS[kind]
        while at < len(self.chars):
            char, after = self.peek(at, char)
            if not test(char):
                break
            at = after
        return at

    def next(self) -> tuple[int, str]:
        """The next word and its kind."""
        start = self.at
        if not self.left:
            return INVALID, ""
        char, at = self.peek(start, RUNE_ERROR)
        kind = _kind(char)
        if kind == UPPER:
            at = self.upper_run(start, at, char)
        elif kind != INVALID:
            at = self.run(at, char, kind)
        self.at = at
        return kind, self.text[start:at]

    def upper_run(self, start: int, at: int, char: str) -> int:
        """The end of `HTTP` before `Server`, or of `Server`."""
        if at >= len(self.chars):
            return at
        char, after = self.peek(at, char)
        if is_upper(char):
            last, at = at, after
            while at < len(self.chars):
                char, after = self.peek(at, char)
                if not is_upper(char):
                    break
                last, at = at, after
            return last if at < len(self.chars) and _is_alphabet(char) else at
        if _is_alphabet(char):
            return self.run(after, char, ALPHABET)
        return at


RUNS: Mapping[int, Callable[[str], bool]] = {
    CONNECTOR: _connects,
    PUNCT: is_punct,
    ALPHABET: lambda char: _is_alphabet(char) and not is_upper(char),
    NUMBER: is_number,
    OTHER: lambda char: not (_connects(char) or _is_alphabet(char) or is_number(char) or is_punct(char)),
}


def _kind(char: str) -> int:
    if char == RUNE_ERROR:
        return INVALID
    tests = (
        (CONNECTOR, _connects),
        (PUNCT, is_punct),
        (UPPER, is_upper),
        (ALPHABET, _is_alphabet),
        (NUMBER, is_number),
    )
    return next((kind for kind, test in tests if test(char)), OTHER)


class _Joiner:
    """Words in lower case with a connector between them."""

    def __init__(self, text: str, connector: str) -> None:
        self.words = _Words(text)
        self.connector = connector
        self.out: list[str] = []

    def write(self, kind: int, word: str) -> None:
        if kind == UPPER:
            word = "".join(lower(char) if is_upper(char) else char for char in whole(word))
        elif kind == CONNECTOR:
            word = "".join(self.connector if _connects(char) else char for char in whole(word))
        self.out.append(word)

    def letters_and_numbers(self, kind: int, word: str) -> tuple[int, str]:
        """What follows a number is one word with it, while it is in lower case."""
        while kind in (ALPHABET, NUMBER):
            self.write(kind, word)
            kind, word = self.words.next()
        return kind, word

    def join(self) -> str:
        kind, word = self.words.next()
        while self.words.left:
            if kind != CONNECTOR:
                self.write(kind, word)
            before, last = kind, word
            kind, word = self.words.next()
            if before == NUMBER:
                kind, word = self.letters_and_numbers(kind, word)
                self.connect(kind, INVALID)
            elif before == CONNECTOR:
                self.write(before, last)
            elif before != PUNCT:
                kind, word = self.after_letters(kind, word)
        self.write(kind, word)
        return "".join(self.out)

    def connect(self, kind: int, also_not: int = PUNCT) -> None:
        if kind not in (CONNECTOR, PUNCT, also_not):
            self.out.append(self.connector)

    def after_letters(self, kind: int, word: str) -> tuple[int, str]:
        """A number goes to the letters before it, unless lower case follows it (`http_2xx`)."""
        if kind != NUMBER:
            self.connect(kind)
            return kind, word
        if not self.words.left:
            return kind, word
        last = word
        kind, word = self.words.next()
        if kind != ALPHABET:
            self.write(NUMBER, last)
            self.connect(kind)
            return kind, word
        self.out.append(self.connector)
        self.write(NUMBER, last)
        kind, word = self.letters_and_numbers(kind, word)
        self.connect(kind, INVALID)
        return kind, word


def snake(text: str) -> str:
    """xstrings.ToSnakeCase: `HTTPServer` gives `http_server`."""
    return _Joiner(text, "_").join()


def kebab(text: str) -> str:
    """xstrings.ToKebabCase: `HTTPServer` gives `http-server`."""
    return _Joiner(text, "-").join()
