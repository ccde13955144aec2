"""Tokens into trees (Go: text/template/parse parse.go).

file      = { text | "{{define" name "}}" list "{{end}}" | action }
list      = { text | action }
action    = "{{" ( control | pipeline ) "}}"
control   = ( "if" | "with" | "range" ) pipeline list [ "else" ( list | control ) ] "end"
          | "template" name [ pipeline ] | "block" name pipeline list "end" | "break" | "continue"
pipeline  = [ variable [ "," variable ] ( ":=" | "=" ) ] command { "|" command }
command   = operand { operand }
operand   = ( literal | function | variable | field | "." | "(" pipeline ")" ) { field }
"""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Any

from ..goquote import quote
from .errors import TemplateSyntaxError
from .lexer import (
    ASSIGN,
    BOOL,
    CHAR,
    CHARACTER,
    CLOSE,
    COMPLEX,
    DECLARE,
    DOT,
    EOF,
    ERROR,
    FIELD,
    IDENTIFIER,
    KEYWORD,
    LEFT,
    NIL,
    NUMBER,
    OPEN,
    PIPE,
    RAW,
    RIGHT,
    SPACE,
    STRING,
    TEXT,
    VARIABLE,
    Token,
    tokens,
)  # fmt: skip
from .literals import LiteralError, number, unquote
from .nodes import (
    Action,
    Body,
    Bool,
    Break,
    Chain,
    Command,
    Continue,
    Dot,
    Else,
    End,
    Field,
    Identifier,
    If,
    Nil,
    Node,
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
    show,
)  # fmt: skip
from .quick import Meanings, quick_trees

DEEPEST = 10_000
CONSTANTS = (Bool, Dot, Nil, Number, String)


def parse(file: str, text: str, functions: Container[str], known: Meanings | None = None) -> dict[str, Tree]:
    """The trees of a file by their names, the file itself among them. Raises TemplateSyntaxError with Go's text.

    `known` keeps what actions mean, for other files parsed with the same functions.
    """
    trees = quick_trees(file, text, functions, {} if known is None else known)
    return parse_carefully(file, text, functions) if trees is None else trees


def parse_carefully(file: str, text: str, functions: Container[str]) -> dict[str, Tree]:
    """The same without short ways."""
    parser = _Parser(file, text, functions)
    parser.file_body()
    return parser.trees


def describe(token: Token) -> str:
    """The token as Go's errors show it."""
    kind, _, text = token
    if kind in (EOF, ERROR):
        return text
    if kind in (KEYWORD, NIL, DOT):
        return f"<{text}>"
    return f"{quote(text[:10])}..." if len(text.encode("utf-8", "surrogateescape")) > 10 else quote(text)


class _Parser:
    def __init__(self, file: str, text: str, functions: Container[str]) -> None:
        self.file = file
        self.text = text
        self.functions = functions
        self.tokens = tokens(text)
        self.at = 0  # the next token
        self.looked = 0  # the furthest token that was only looked at: errors name its line
        self.trees: dict[str, Tree] = {}
        self.variables = ["$"]
        self.ranges = 0
        self.depth = 0
        self.action_start = -1

    # Errors

    def line(self, position: int) -> int:
        return self.text.count("\n", 0, position) + 1

    def fail(self, message: str) -> TemplateSyntaxError:
        token = self.tokens[min(max(self.at - 1, self.looked, 0), len(self.tokens) - 1)]
        return TemplateSyntaxError(message, file=self.file, text=self.text, position=token[1])

    def unexpected(self, token: Token, context: str) -> TemplateSyntaxError:
        if token[0] != ERROR:
            return self.fail(f"unexpected {describe(token)} in {context}")
        extra = ""
        if self.action_start >= 0 and self.line(self.action_start) != self.line(token[1]):
            lead = " started at" if token[2].endswith(" action") else " in action started at"
            extra = f"{lead} {self.file}:{self.line(self.action_start)}"
        return self.fail(token[2] + extra)

    # Tokens

    def next(self) -> Token:
        """The next token that is no blank."""
        token = self.tokens[self.at]
        self.at += 1
        while token[0] == SPACE:
            token = self.tokens[self.at]
            self.at += 1
        if token[0] >= EOF:
            self.at = len(self.tokens)
        return token

    def peek(self) -> Token:
        """The next token that is no blank, without taking it."""
        while self.at < len(self.tokens) and self.tokens[self.at][0] == SPACE:
            self.at += 1
        if self.at >= len(self.tokens):
            return self.tokens[-1]
        return self.tokens[self.at]

    def expect(self, kind: int, context: str) -> Token:
        token = self.next()
        if token[0] != kind:
            raise self.unexpected(token, context)
        return token

    # Trees

    def file_body(self) -> None:
        body: list[Any] = []
        tokens = self.tokens
        while True:
            token = self.peek()
            if token[0] == EOF:
                self.look()
                break
            if token[0] == LEFT:
                after = self.at + 1
                while tokens[after][0] == SPACE:
                    after += 1
                if tokens[after][2] == "define" and tokens[after][0] == KEYWORD:
                    self.at = after + 1
                    self.definition()
                    continue
                self.looked = after
            node = self.text_or_action()
            if node.__class__ is End or node.__class__ is Else:
                raise self.fail(f"unexpected {show(node)}")
            body.append(node)
        self.add(self.file, tuple(body))

    def look(self) -> None:
        self.looked = max(self.looked, min(self.at, len(self.tokens) - 1))

    def add(self, name: str, body: Body) -> None:
        empty = is_empty(body)
        known = self.trees.get(name)
        if known is None or known.empty:
            self.trees[name] = Tree(name, self.file, self.text, body, empty)
        elif not empty:
            raise self.fail(f"template: multiple definition of template {quote(name)}")

    def definition(self) -> None:
        context = "define clause"
        token = self.next()
        if token[0] not in (STRING, RAW):
            raise self.unexpected(token, context)
        name = self.unquoted(token)
        self.expect(RIGHT, context)
        self.add(name, self.separate(context))

    def separate(self, context: str) -> Body:
        """A body with variables of its own, up to its end."""
        kept = self.variables, self.ranges, self.depth, self.action_start
        self.variables, self.ranges, self.depth, self.action_start = ["$"], 0, 0, -1
        body, end = self.statements()
        if end.__class__ is not End:
            raise self.fail(f"unexpected {show(end)} in {context}")
        self.variables, self.ranges, self.depth, self.action_start = kept
        return body

    def unquoted(self, token: Token) -> str:
        try:
            return unquote(token[2])
        except LiteralError as error:
            raise self.fail(str(error)) from None

    def statements(self) -> tuple[Body, Any]:
        """Statements up to an end or else, and that."""
        body: list[Any] = []
        append = body.append
        tokens = self.tokens
        while True:
            token = tokens[self.at] if self.at < len(tokens) else tokens[-1]
            if token[0] == TEXT:
                self.at += 1
                append(Text(token[1], token[2]))
                continue
            if token[0] == EOF:
                self.look()
                raise self.fail("unexpected EOF")
            node = self.text_or_action()
            if node.__class__ is End or node.__class__ is Else:
                return tuple(body), node
            append(node)

    def text_or_action(self) -> Any:
        token = self.next()
        if token[0] == TEXT:
            return Text(token[1], token[2])
        if token[0] != LEFT:
            raise self.unexpected(token, "input")
        self.action_start = token[1]
        node = self.action()
        self.action_start = -1
        return node

    # Actions

    def action(self) -> Any:
        token = self.peek()
        if token[0] == KEYWORD:
            control = CONTROLS.get(token[2])
            if control is not None:
                self.at += 1
                return control(self, token)
        return Action(token[1], self.pipeline("command", RIGHT))

    def end(self, token: Token) -> End:
        del token
        return End(self.expect(RIGHT, "end")[1])

    def otherwise(self, token: Token) -> Else:
        token = self.peek()
        if token[0] == KEYWORD and token[2] in ("if", "with"):
            self.look()
            return Else(token[1])
        return Else(self.expect(RIGHT, "else")[1])

    def leave(self, token: Token) -> Break | Continue:
        word = token[2]
        after = self.next()
        if after[0] != RIGHT:
            raise self.unexpected(after, f"{{{{{word}}}}}")
        if not self.ranges:
            raise self.fail(f"{{{{{word}}}}} outside {{{{range}}}}")
        return Break(token[1]) if word == "break" else Continue(token[1])

    def control(self, token: Token) -> If | With | Range:
        word = token[2]
        mark = len(self.variables)
        pipe = self.pipeline(word, RIGHT)
        self.ranges += word == "range"
        body, end = self.statements()
        self.ranges -= word == "range"
        otherwise: Body | None = None
        if end.__class__ is Else:
            following = self.tokens[self.at]
            if word != "range" and following[0] == KEYWORD and following[2] == word:
                self.at += 1
                otherwise = (self.control(following),)
            else:
                otherwise, end = self.statements()
                if end.__class__ is not End:
                    raise self.fail(f"expected end; found {show(end)}")
        del self.variables[mark:]
        return NODES[word](pipe.position, pipe, body, otherwise)

    def template_name(self, token: Token, context: str) -> str:
        if token[0] not in (STRING, RAW):
            raise self.unexpected(token, context)
        return self.unquoted(token)

    def block(self, token: Token) -> Template:
        context = "block clause"
        token = self.next()
        name = self.template_name(token, context)
        pipe = self.pipeline(context, RIGHT)
        self.add(name, self.separate(context))
        return Template(token[1], name, pipe)

    def template(self, token: Token) -> Template:
        context = "template clause"
        token = self.next()
        name = self.template_name(token, context)
        if self.peek()[0] == RIGHT:
            self.at += 1
            return Template(token[1], name, None)
        return Template(token[1], name, self.pipeline(context, RIGHT))

    # Pipelines

    def pipeline(self, context: str, closing: int) -> Pipe:
        first = self.peek()
        declared: list[Variable] = []
        assigns = False
        if first[0] == VARIABLE:
            assigns = self.declarations(context, declared)
        commands: list[Command] = []
        tokens = self.tokens
        while True:
            token = tokens[self.at] if self.at < len(tokens) else tokens[-1]
            kind = token[0]
            if kind == SPACE:
                self.at += 1
            elif kind == closing:
                self.at += 1
                break
            elif kind in OPERANDS:
                commands.append(self.command())
            else:
                self.next()
                raise self.unexpected(token, context)
        if not commands:
            raise self.fail(f"missing value for {context}")
        if len(commands) > 1:
            for stage, command in enumerate(commands[1:], 2):
                if command.arguments[0].__class__ in CONSTANTS:
                    raise self.fail(f"non executable command in pipeline stage {stage}")
        return Pipe(first[1], assigns, tuple(declared), tuple(commands))

    def declarations(self, context: str, declared: list[Variable]) -> bool:
        """Variables that are declared or assigned, if any; whether they are assigned."""
        tokens = self.tokens
        while True:
            token = self.peek()
            if token[0] != VARIABLE:
                return False
            after = self.at + 1
            while tokens[after][0] == SPACE:
                after += 1
            self.looked = max(self.looked, after)
            kind, _, text = tokens[after]
            comma = kind == CHAR and text == ","
            if kind not in (ASSIGN, DECLARE) and not comma:
                return False
            self.at = after + 1
            declared.append(Variable(token[1], tuple(token[2].split("."))))
            self.variables.append(token[2])
            if not comma:
                return kind == ASSIGN
            if context != "range" or len(declared) > 1:
                raise self.fail(f"too many declarations in {context}")
            following = self.peek()
            self.look()
            if following[0] not in (VARIABLE, RIGHT, CLOSE):
                raise self.fail("range can only initialize variables")

    def command(self) -> Command:
        tokens = self.tokens
        position = tokens[self.at][1]
        arguments: list[Any] = []
        while True:
            token = tokens[self.at]
            self.at += 1
            kind = token[0]
            if kind == SPACE:
                continue
            term = TERMS.get(kind)
            if term is None:
                # Whatever ends the command, or what should not be here.
                if kind in (RIGHT, CLOSE):
                    self.at -= 1
                elif kind != PIPE:
                    raise self.unexpected(token, "operand")
                break
            node = term(self, token)
            if tokens[self.at][0] == FIELD:
                node = self.chain(node)
            arguments.append(node)
            kind = tokens[self.at][0]
            if kind != SPACE and kind not in ENDS:
                self.at += 1
                raise self.unexpected(tokens[self.at - 1], "operand")
        if not arguments:
            self.look()
            raise self.fail("empty command")
        return Command(position, tuple(arguments))

    def chain(self, node: Any) -> Node:
        """Fields after an operand."""
        tokens = self.tokens
        position = tokens[self.at][1]
        names: list[str] = []
        while tokens[self.at][0] == FIELD:
            names.append(tokens[self.at][2][1:])
            self.at += 1
        kind = node.__class__
        if kind is Field:
            return Field(position, node.names + tuple(names))
        if kind is Variable:
            return Variable(position, node.names + tuple(names))
        if kind in CONSTANTS:
            self.look()
            raise self.fail(f"unexpected . after term {quote(show(node))}")
        return Chain(position, node, tuple(names))

    # Operands

    def identifier(self, token: Token) -> Identifier:
        if token[2] not in self.functions:
            raise self.fail(f"function {quote(token[2])} not defined")
        return Identifier(token[1], token[2])

    def variable(self, token: Token) -> Variable:
        if token[2] not in self.variables:
            raise self.fail(f"undefined variable {quote(token[2])}")
        return Variable(token[1], (token[2],))

    def string(self, token: Token) -> String:
        return String(token[1], token[2], self.unquoted(token))

    def number(self, token: Token) -> Number:
        try:
            return Number(token[1], token[2], number(token[0], token[2]))
        except LiteralError as error:
            raise self.fail(str(error)) from None

    def parentheses(self, token: Token) -> Pipe:
        del token
        if self.depth >= DEEPEST:
            raise self.fail("max expression depth exceeded")
        self.depth += 1
        pipe = self.pipeline("parenthesized pipeline", CLOSE)
        self.depth -= 1
        return pipe


def _field(parser: _Parser, token: Token) -> Field:
    del parser
    return Field(token[1], (token[2][1:],))


TERMS: dict[int, Callable[[_Parser, Token], Any]] = {
    IDENTIFIER: _Parser.identifier,
    FIELD: _field,
    VARIABLE: _Parser.variable,
    STRING: _Parser.string,
    RAW: _Parser.string,
    NUMBER: _Parser.number,
    COMPLEX: _Parser.number,
    CHARACTER: _Parser.number,
    OPEN: _Parser.parentheses,
    DOT: lambda parser, token: Dot(token[1]),
    NIL: lambda parser, token: Nil(token[1]),
    BOOL: lambda parser, token: Bool(token[1], token[2] == "true"),
}
OPERANDS = frozenset(TERMS)
ENDS = frozenset((RIGHT, CLOSE, PIPE))
NODES: dict[str, type[If | With | Range]] = {"if": If, "with": With, "range": Range}
CONTROLS: dict[str, Callable[[_Parser, Token], Any]] = {
    "block": _Parser.block,
    "break": _Parser.leave,
    "continue": _Parser.leave,
    "else": _Parser.otherwise,
    "end": _Parser.end,
    "if": _Parser.control,
    "range": _Parser.control,
    "template": _Parser.template,
    "with": _Parser.control,
}
