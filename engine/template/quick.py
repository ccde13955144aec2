"""The short way from text to trees, for templates without faults: what almost every template is.

Actions are found by one regular expression and parsed once each: charts say the same things again and again, so what an
action's text means is kept, its nodes' positions counted from its own start (`base` in a statement says where that is).
Whatever is not plainly right makes `quick_trees` give up; the parser proper (parser.py) then says what is wrong, or finds
that nothing is. Both build the same trees.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from itertools import accumulate
from typing import Any, NamedTuple

from .lexer import CHARACTER, NUMBER, NUMBER_TEXT, SPACES
from .literals import LiteralError, number, unquote
from .nodes import (
    Action,
    Bool,
    Break,
    Chain,
    Command,
    Continue,
    Dot,
    Field,
    Identifier,
    If,
    Nil,
    Number,
    Pipe,
    Range,
    String,
    Template,
    Text,
    Tree,
    Variable,
    With,
    is_empty,
)  # fmt: skip

# An action from its `{{` on: what trims the text before it, a comment or the rest up to `}}`. Quotes hold anything.
ACTION = re.compile(
    r"""\{\{(?:(-[ \t\r\n])?/\*(?:[^*]++|\*(?!/))*+\*/([ \t\r\n]-)?
    |(-(?=[ \t\r\n]))?((?:[^"`'}]++|"(?:[^"\\\n]++|\\[^\n])*+"|`[^`]*+`|'(?:[^'\\\n]++|\\[^\n])*+')*+)
    )\}\}""",
    re.VERBOSE,
).match
# Tokens without gaps between them: fields of one chain are one part.
TOKENS = re.compile(
    rf"""[ \t\r\n]+|\.[a-zA-Z_]\w*(?:\.[a-zA-Z_]\w*)*|[a-zA-Z_]\w*|\$\w*(?:\.[a-zA-Z_]\w*)*
    |"(?:[^"\\\n]+|\\[^\n])*"|\||\(|\)|(?=[+\-0-9]|\.[0-9]){NUMBER_TEXT}|\.|:=|=|,|`[^`]*`|'(?:[^'\\\n]+|\\[^\n])*'""",
    re.VERBOSE | re.ASCII,
).findall
BLANK = frozenset(SPACES)
NUMBERS = frozenset("+-0123456789")
WORDS = frozenset(("block", "break", "continue", "define", "else", "end", "if", "range", "template", "with"))
AFTER_OPERAND = frozenset(("", " ", "\t", "\r", "\n", "|", ")"))
STOPS = frozenset(("", " ", "\t", "\r", "\n", ".", ",", "|", ":", "(", ")"))
CONSTANTS = (Bool, Dot, Nil, Number, String)
NODES: dict[str, type[If | With | Range]] = {"if": If, "with": With, "range": Range}
MOST_KEPT = 50_000


class GiveUp(Exception):
    """Something here is unusual or wrong."""


class Meaning(NamedTuple):
    """What an action's text means: its keyword (empty for a plain pipeline), its pipeline and name.

    `variables` are those it declares (`True`) and uses (`False`), in order.
    """

    word: str
    pipe: Pipe | None
    name: str
    position: int
    variables: tuple[tuple[str, bool], ...]


Meanings = dict[str, Meaning]


def quick_trees(file: str, text: str, functions: Container[str], known: Meanings) -> dict[str, Tree] | None:
    """The trees of a file; None where the parser proper must look. `known` keeps what actions mean from file to file."""
    builder = _Builder(file, text, functions, known)
    try:
        builder.read()
        return builder.finish()
    except (GiveUp, LiteralError):
        return None


class _Open:
    """A control structure whose end has not come yet."""

    __slots__ = ("base", "body", "chained", "kept", "mark", "meaning", "otherwise")

    def __init__(self, meaning: Meaning, base: int, mark: int, kept: Any = None, *, chained: bool = False) -> None:
        self.meaning = meaning
        self.base = base
        self.mark = mark
        self.kept = kept
        self.chained = chained
        self.body: list[Any] = []
        self.otherwise: list[Any] | None = None


class _Builder:
    def __init__(self, file: str, text: str, functions: Container[str], known: Meanings) -> None:
        self.file = file
        self.text = text
        self.functions = functions
        self.known = known
        self.trees: dict[str, Tree] = {}
        self.root: list[Any] = []
        self.out = self.root
        self.open: list[_Open] = []
        self.variables = ["$"]
        self.ranges = 0

    def read(self) -> None:
        """Take the text apart."""
        text, find, known = self.text, self.text.find, self.known
        at, trims = 0, False
        while True:
            start = find("{{", at)
            if start < 0:
                piece = text[at:].lstrip(SPACES) if trims else text[at:]
                self.out += [Text(0, piece)] if piece else []
                return
            match = ACTION(text, start)
            if match is None:
                raise GiveUp
            if start > at:
                piece = text[at:start].lstrip(SPACES) if trims else text[at:start]
                if match[3] or match[1]:
                    piece = piece.rstrip(SPACES)
                if piece:
                    self.out.append(Text(0, piece))
            at = match.end()
            inner = match[4]
            if inner is None:
                trims = match[2] is not None
                continue
            trims = inner[-1:] == "-" and inner[-2:-1] in BLANK
            if trims:
                inner = inner[:-2]
            meaning = known.get(inner)
            if meaning is None:
                meaning = known[inner] = parse_action(inner, self.functions)
            self.take(meaning, match.start(4))

    def take(self, meaning: Meaning, base: int) -> None:
        """Put an action where it belongs."""
        word = meaning.word
        if meaning.variables and word not in NODES and word[:5] != "else ":
            self.check(meaning)
        if not word:
            self.out.append(Action(meaning.position, meaning.pipe, base))  # type: ignore[arg-type]
        else:
            TAKE[word](self, meaning, base)

    def check(self, meaning: Meaning) -> None:
        """Declare variables; see that those used are declared."""
        variables = self.variables
        for name, declares in meaning.variables:
            if declares:
                variables.append(name)
            elif name not in variables:
                raise GiveUp

    def control(self, meaning: Meaning, base: int) -> None:
        opened = _Open(meaning, base, len(self.variables))
        self.check(meaning)
        self.enter(opened)

    def enter(self, opened: _Open) -> None:
        self.open.append(opened)
        self.out = opened.body
        self.ranges += opened.meaning.word == "range"

    def otherwise(self, meaning: Meaning, base: int) -> None:
        if not self.open:
            raise GiveUp
        opened = self.open[-1]
        word = opened.meaning.word.removeprefix("else ")
        if opened.otherwise is not None or word not in NODES:
            raise GiveUp
        self.ranges -= word == "range"
        opened.otherwise = self.out = []
        if meaning.word != "else":
            if meaning.word != f"else {word}" or word == "range":
                raise GiveUp
            chained = _Open(meaning, base, len(self.variables), chained=True)
            self.check(meaning)
            self.enter(chained)

    def end(self, meaning: Meaning, base: int) -> None:
        del meaning, base
        while True:
            if not self.open:
                raise GiveUp
            opened = self.open.pop()
            word = opened.meaning.word.removeprefix("else ")
            outer = self.open[-1] if self.open else None
            self.out = self.root if outer is None else outer.body if outer.otherwise is None else outer.otherwise
            if word not in NODES:
                self.end_of_tree(opened)
                return
            self.ranges -= word == "range" and opened.otherwise is None
            del self.variables[opened.mark :]
            pipe = opened.meaning.pipe
            assert pipe is not None
            otherwise = None if opened.otherwise is None else tuple(opened.otherwise)
            self.out.append(NODES[word](pipe.position, pipe, tuple(opened.body), otherwise, opened.base))
            if not opened.chained:
                return

    def end_of_tree(self, opened: _Open) -> None:
        """A define or block is complete."""
        meaning = opened.meaning
        self.add(meaning.name, tuple(opened.body))
        self.variables, self.ranges, out = opened.kept
        self.out = out
        if meaning.word == "block":
            out.append(Template(meaning.position, meaning.name, meaning.pipe, opened.base))

    def tree(self, meaning: Meaning, base: int) -> None:
        """A define or block begins."""
        if meaning.word == "define" and self.open:
            raise GiveUp
        opened = _Open(meaning, base, 0, (self.variables, self.ranges, self.out))
        self.variables, self.ranges = ["$"], 0
        self.enter(opened)

    def template(self, meaning: Meaning, base: int) -> None:
        self.out.append(Template(meaning.position, meaning.name, meaning.pipe, base))

    def leave(self, meaning: Meaning, base: int) -> None:
        if not self.ranges:
            raise GiveUp
        self.out.append((Break if meaning.word == "break" else Continue)(meaning.position, base))

    def add(self, name: str, body: tuple[Any, ...]) -> None:
        empty = is_empty(body)
        old = self.trees.get(name)
        if old is None or old.empty:
            self.trees[name] = Tree(name, self.file, self.text, body, empty)
        elif not empty:
            raise GiveUp

    def finish(self) -> dict[str, Tree]:
        if self.open:
            raise GiveUp
        self.add(self.file, tuple(self.root))
        if len(self.known) > MOST_KEPT:
            self.known.clear()
        return self.trees


TAKE: dict[str, Callable[[_Builder, Meaning, int], None]] = {
    "if": _Builder.control,
    "with": _Builder.control,
    "range": _Builder.control,
    "else": _Builder.otherwise,
    "else if": _Builder.otherwise,
    "else with": _Builder.otherwise,
    "end": _Builder.end,
    "define": _Builder.tree,
    "block": _Builder.tree,
    "template": _Builder.template,
    "break": _Builder.leave,
    "continue": _Builder.leave,
}


# One action


def parse_action(inner: str, functions: Container[str]) -> Meaning:
    """What the text of an action means. Raises GiveUp, LiteralError."""
    found = TOKENS(inner)
    if "".join(found) != inner:
        raise GiveUp
    found.append("")
    reader = _Reader(found, functions)
    at = reader.skip()
    word = found[at]
    if word not in WORDS:
        pipe = reader.whole_pipe("command")
        return Meaning("", pipe, "", reader.start, tuple(reader.variables))
    reader.at += 1
    if found[at + 1][:1] not in STOPS:
        raise GiveUp
    return HEADS[word](reader, word)


class _Reader:
    """Tokens of one action."""

    __slots__ = ("at", "functions", "positions", "start", "tokens", "variables")

    def __init__(self, tokens: list[str], functions: Container[str]) -> None:
        self.tokens = tokens
        self.functions = functions
        self.positions = [0, *accumulate(map(len, tokens))]
        self.at = 0
        self.start = 0  # of the last pipeline
        self.variables: list[tuple[str, bool]] = []

    @property
    def position(self) -> int:
        """Where the next token begins."""
        return self.positions[self.at]

    def skip(self) -> int:
        """The next part that is no blank."""
        while self.tokens[self.at][:1] in BLANK:
            self.at += 1
        return self.at

    def nothing_more(self) -> None:
        if self.tokens[self.skip()]:
            raise GiveUp

    # Keywords

    def control(self, word: str) -> Meaning:
        pipe = self.whole_pipe(word)
        return Meaning(word, pipe, "", pipe.position, tuple(self.variables))

    def alone(self, word: str) -> Meaning:
        position = self.position - len(word)
        self.nothing_more()
        return Meaning(word, None, "", position, ())

    def otherwise(self, word: str) -> Meaning:
        following = self.tokens[self.skip()]
        if following in ("if", "with"):
            self.at += 1
            return self.control(f"else {following}")
        return self.alone(word)

    def named(self, word: str) -> Meaning:
        """A define, block or template: a constant name first."""
        part = self.tokens[self.skip()]
        if part[:1] not in ('"', "`") or not part:
            raise GiveUp
        position = self.position
        self.at += 1
        name = unquote(part)
        if word == "define" or (word == "template" and not self.tokens[self.skip()]):
            self.nothing_more()
            return Meaning(word, None, name, position, ())
        pipe = self.whole_pipe(f"{word} clause")
        return Meaning(word, pipe, name, position, tuple(self.variables))

    # Pipelines

    def whole_pipe(self, context: str) -> Pipe:
        """A pipeline up to the action's end."""
        pipe = self.pipe("", context)
        return pipe if self.variables else pipe._replace(shared=True)

    def pipe(self, closing: str, context: str) -> Pipe:
        """A pipeline up to its closing part, which is taken."""
        tokens = self.tokens
        self.skip()
        start = self.position
        declared, assigns = self.declarations(context) if tokens[self.at][:1] == "$" else ((), False)
        commands: list[Command] = []
        arguments: list[Any] = []
        begins = start
        while True:
            part = tokens[self.at]
            first = part[:1]
            if first in BLANK:
                self.at += 1
                continue
            if part == closing or first == "|":
                if not arguments or (commands and arguments[0].__class__ in CONSTANTS):
                    raise GiveUp
                commands.append(Command(begins, tuple(arguments)))
                self.at += 1
                if part == closing:
                    self.start = start
                    return Pipe(start, assigns, declared, tuple(commands))
                arguments = []
                continue
            if not arguments:
                begins = self.positions[self.at]
            arguments.append(self.operand(part, first))

    def declarations(self, context: str) -> tuple[tuple[Variable, ...], bool]:
        """Variables that a pipeline declares or assigns; nothing is taken where it does neither."""
        tokens = self.tokens
        names: list[Variable] = []
        while True:
            kept = self.at
            part = tokens[self.at]
            if part[:1] != "$":
                raise GiveUp
            self.at += 1
            if tokens[self.at] == "=":
                raise GiveUp
            sign = tokens[self.skip()]
            if sign not in (":=", "=", ","):
                self.at = kept
                if names:
                    raise GiveUp
                return (), False
            if "." in part or len(names) > 1:
                raise GiveUp
            names.append(Variable(self.positions[kept], (part,)))
            self.variables.append((part, True))
            self.at += 1
            if sign != ",":
                return tuple(names), sign == "="
            if context != "range" or len(names) > 1:
                raise GiveUp
            self.skip()

    def operand(self, part: str, first: str) -> Any:
        position = self.positions[self.at]
        self.at += 1
        node: Any
        if first == ".":
            node = self.dotted(part, position)
        elif first == '"' or first == "`":
            node = String(position, part, unquote(part))
        elif first == "$":
            node = self.variable(part, position)
        elif first == "(":
            node = self.chain(self.pipe(")", "parenthesized pipeline"))
        elif first in NUMBERS:
            node = Number(position, part, number(NUMBER, part))
        elif first == "'":
            node = Number(position, part, number(CHARACTER, part))
        else:
            node = self.word(part, position)
        if self.tokens[self.at][:1] not in AFTER_OPERAND:
            raise GiveUp
        return node

    def dotted(self, part: str, position: int) -> Any:
        if part == ".":
            return Dot(position)
        if part[1] in NUMBERS:
            return Number(position, part, number(NUMBER, part))
        names = tuple(part[1:].split("."))
        # Go's parser puts a chain at its second element.
        return Field(position if len(names) == 1 else position + 1 + len(names[0]), names)

    def variable(self, part: str, position: int) -> Variable:
        names = tuple(part.split("."))
        self.variables.append((names[0], False))
        return Variable(position if len(names) == 1 else position + len(names[0]), names)

    def word(self, part: str, position: int) -> Any:
        if part == "true" or part == "false":
            return Bool(position, part == "true")
        if part == "nil":
            return Nil(position)
        if part in WORDS or part not in self.functions:
            raise GiveUp
        return self.chain(Identifier(position, part))

    def chain(self, base: Any) -> Any:
        """Fields right after a pipeline or function."""
        part = self.tokens[self.at]
        if part[:1] != "." or part == "." or part[1] in NUMBERS:
            return base
        position = self.position
        self.at += 1
        return Chain(position, base, tuple(part[1:].split(".")))


HEADS: dict[str, Callable[[_Reader, str], Meaning]] = {
    "if": _Reader.control,
    "with": _Reader.control,
    "range": _Reader.control,
    "else": _Reader.otherwise,
    "end": _Reader.alone,
    "define": _Reader.named,
    "block": _Reader.named,
    "template": _Reader.named,
    "break": _Reader.alone,
    "continue": _Reader.alone,
}
