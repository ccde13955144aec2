"""Go's Sprint, Sprintf and Sprintln, and the plain text of a value (`%v`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from .gofloat import format_float
from .govalues import go_type
from .goverb import BROKEN, Printer, Spec, duration_text, key_order, own_text, sorted_keys

__all__ = ["duration_text", "key_order", "sorted_keys", "sprint", "sprintf", "sprintln", "text_of", "type_name"]

type_name = go_type
LARGEST = 1_000_000  # of a width or a precision


def text_of(value: Any) -> str:
    """The value as `%v` prints it."""
    kind = value.__class__
    if kind is str:
        return str(value)
    simple = SIMPLE.get(kind)
    return simple(value) if simple is not None else _other(value, 0)


def _inner(value: Any) -> str:
    """A value in a container."""
    kind = value.__class__
    if kind is str:
        return str(value)
    simple = SIMPLE.get(kind)
    return simple(value) if simple is not None else _other(value, 1)


def _float(value: float) -> str:
    if value.is_integer() and 0 < abs(value) < 1e6:  # most numbers of values
        return str(int(value))
    return format_float(value, "g")


def _complex(value: complex) -> str:
    real, imaginary = _float(value.real), _float(value.imag)
    return f"({real}{'' if imaginary[0] in '+-' else '+'}{imaginary}i)"


def _list(value: Sequence[Any]) -> str:
    return "[" + " ".join([_inner(item) for item in value]) + "]"


def _map(value: Mapping[Any, Any]) -> str:
    return "map[" + " ".join([f"{_inner(key)}:{_inner(value[key])}" for key in sorted_keys(value)]) + "]"


def _other(value: Any, depth: int) -> str:
    """Values of named types."""
    own = own_text(value)
    if own is not None:
        return own
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, Mapping):
        return _map(value)
    if isinstance(value, list):
        return _list(value)
    return Printer(Spec()).value(value, "v", depth)


SIMPLE: Mapping[type, Callable[[Any], str]] = {
    type(None): lambda _: "<nil>",
    bool: lambda value: "true" if value else "false",
    int: str,
    float: _float,
    list: _list,
    dict: _map,
    complex: _complex,
    bytes: lambda value: "[" + " ".join(map(str, value)) + "]",
}


def sprint(values: Sequence[Any]) -> str:
    """Go's Sprint: blanks only between operands of which neither is a string."""
    out: list[str] = []
    before_text = True
    for value in values:
        is_text = isinstance(value, str)
        if not is_text and not before_text:
            out.append(" ")
        out.append(text_of(value))
        before_text = is_text
    return "".join(out)


def sprintln(values: Sequence[Any]) -> str:
    """Go's Sprintln: blanks between all operands, and a line end."""
    return " ".join(map(text_of, values)) + "\n"


class Directive(NamedTuple):
    """What stands between a `%` and its verb; an index counts from 0 and may be one that no argument has."""

    flags: str
    indexes: tuple[int | None, int | None, int | None]  # before the width, the precision, the verb
    width: int | str | None  # "*": an argument says it
    precision: int | str | None
    verb: str  # empty: the text ends before it
    good: bool  # whether the indexes are well formed
    reorders: bool


NUMBER = re.compile("[0-9]*")
FLAGS = re.compile("[-+# 0]*")
BRACKET = re.compile(r"\[([^\]]*)\]")


class _Reader:
    """A format cut into texts and directives."""

    def __init__(self, form: str) -> None:
        self.form = form
        self.at = 0
        self.good = True
        self.reorders = False
        self.after_index = False

    def number(self) -> int | None:
        """Digits, None without any; one that is too large swallows the rest of the format."""
        found = NUMBER.match(self.form, self.at)
        assert found is not None
        self.at = found.end()
        digits = found[0]
        if len(digits) > 1 and int(digits[:-1][:12]) > LARGEST:
            self.at = len(self.form)
            return None
        return int(digits) if digits else None

    def index(self) -> int | None:
        """`[2]` as 1; None without brackets, or with wrong ones."""
        self.after_index = False
        if not self.form.startswith("[", self.at):
            return None
        self.reorders = True
        found = BRACKET.match(self.form, self.at)
        if found is None:
            self.at += 1
            self.good = False
            return None
        self.at = found.end()
        digits = found[1]
        if not digits.isascii() or not digits.isdigit() or int(digits[:-1][:12] or "0") > LARGEST:
            self.good = False
            return None
        self.after_index = True
        return int(digits) - 1

    def directive(self) -> Directive:
        """From behind the `%` to behind the verb."""
        form = self.form
        self.good, self.reorders = True, False
        found = FLAGS.match(form, self.at)
        assert found is not None
        flags, self.at = found[0], found.end()
        first = self.index()
        width: int | str | None
        if form.startswith("*", self.at):
            self.at += 1
            width, self.after_index = "*", False
        else:
            width = self.number()
            self.good = self.good and not (self.after_index and width is not None)
        second, precision = self.precision()
        third = None if self.after_index else self.index()
        verb = BROKEN.sub("\ufffd", form[self.at : self.at + 1])
        self.at += 1
        return Directive(flags, (first, second, third), width, precision, verb, self.good, self.reorders)

    def precision(self) -> tuple[int | None, int | str | None]:
        """What follows a point: an index, and the precision."""
        form = self.form
        if not form.startswith(".", self.at) or self.at + 1 >= len(form):
            return None, None
        self.at += 1
        self.good = self.good and not self.after_index
        index = self.index()
        if form.startswith("*", self.at):
            self.at += 1
            self.after_index = False
            return index, "*"
        return index, self.number() or 0

    def read(self) -> tuple[str | Directive, ...]:
        out: list[str | Directive] = []
        while self.at < len(self.form):
            start = self.form.find("%", self.at)
            end = start if start >= 0 else len(self.form)
            if end > self.at:
                out.append(self.form[self.at : end])
            self.at = end + 1
            if start >= 0:
                out.append(self.directive())
        return tuple(out)


@lru_cache(1024)
def _read(form: str) -> tuple[str | Directive, ...]:
    return _Reader(form).read()


class _Arguments:
    """Printf's arguments, and which comes next."""

    def __init__(self, values: Sequence[Any]) -> None:
        self.values = values
        self.next = 0

    def star(self) -> int | None:
        """A width or precision from the arguments; None for one that is no integer or too large."""
        if self.next >= len(self.values):
            return None
        value = self.values[self.next]
        self.next += 1
        usable = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST
        return int(value) if usable else None

    def move(self, index: int | None) -> bool:
        """Whether the index, if there is one, is an argument's, which then comes next."""
        if index is None:
            return True
        if not 0 <= index < len(self.values):
            return False
        self.next = index
        return True

    def shown(self, directive: Directive) -> str:
        """The directive's text."""
        flags, (first, second, third), width, precision, verb, good, _ = directive
        out = ""
        good = self.move(first) and good
        if width == "*":
            width = self.star()
            if width is None:
                out = "%!(BADWIDTH)"
            elif width < 0:
                flags, width = flags.replace("0", "") + "-", -width
        good = self.move(second) and good
        if precision == "*":
            precision = self.star()
            if precision is None or precision < 0:
                precision = None
                out += "%!(BADPREC)"
        good = self.move(third) and good
        if not verb:
            return out + "%!(NOVERB)"
        if verb == "%":
            return out + "%"
        if not good:
            return f"{out}%!{verb}(BADINDEX)"
        if self.next >= len(self.values):
            return f"{out}%!{verb}(MISSING)"
        value = self.values[self.next]
        self.next += 1
        assert not isinstance(width, str)
        assert not isinstance(precision, str)
        return out + Printer(Spec(flags, width, precision, verb)).argument(value, verb)

    def extra(self) -> str:
        """The complaint about arguments that no directive took."""
        rest = self.values[self.next :]
        if not rest:
            return ""
        shown = ("<nil>" if value is None else f"{go_type(value)}={text_of(value)}" for value in rest)
        return f"%!(EXTRA {', '.join(shown)})"


PLAIN = (None, None, None)


def sprintf(form: str, values: Sequence[Any]) -> str:
    """Go's Sprintf."""
    out: list[str] = []
    arguments = _Arguments(values)
    reorders = False
    for piece in _read(form):
        if piece.__class__ is str:
            out.append(piece)
            continue
        assert isinstance(piece, Directive)
        verb = piece.verb
        if verb in ("s", "v") and piece[:4] == ("", PLAIN, None, None) and arguments.next < len(values):
            value = values[arguments.next]
            if verb == "v" or value.__class__ is str:  # most directives
                arguments.next += 1
                out.append(text_of(value))
                continue
        out.append(arguments.shown(piece))
        reorders = piece.reorders or reorders
    return "".join(out) if reorders else "".join(out) + arguments.extra()
