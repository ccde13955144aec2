"""The parsed template: immutable nodes with their positions, and their text as Go prints it.

Named tuples, because templates are parsed while somebody waits and these are the fastest immutable records. A `position`
counts characters from the `base` of the statement that holds the node; the base is an index into the whole file's text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from ..goquote import quote
from .literals import Parsed


class Identifier(NamedTuple):
    """A function's name."""

    position: int
    name: str


class Field(NamedTuple):
    """`.a.b`"""

    position: int
    names: tuple[str, ...]


class Variable(NamedTuple):
    """`$x.a.b`: the name, then fields."""

    position: int
    names: tuple[str, ...]


class Dot(NamedTuple):
    position: int


class Nil(NamedTuple):
    position: int


class Bool(NamedTuple):
    position: int
    value: bool


class Number(NamedTuple):
    position: int
    text: str
    value: Parsed


class String(NamedTuple):
    position: int
    quoted: str
    value: str


class Chain(NamedTuple):
    """`(pipeline).a.b`"""

    position: int
    operand: Node
    names: tuple[str, ...]


class Command(NamedTuple):
    """Arguments in order; the first is what is evaluated or called."""

    position: int
    arguments: tuple[Node, ...]


class Pipe(NamedTuple):
    """`$a, $b := first | second`

    `shared` is one without variables that other statements may have too: what it compiles to is the same for all.
    """

    position: int
    assigns: bool
    declared: tuple[Variable, ...]
    commands: tuple[Command, ...]
    shared: bool = False


class Text(NamedTuple):
    position: int
    text: str


class Action(NamedTuple):
    position: int
    pipe: Pipe
    base: int = 0


class If(NamedTuple):
    position: int
    pipe: Pipe
    body: Body
    otherwise: Body | None
    base: int = 0


class With(NamedTuple):
    position: int
    pipe: Pipe
    body: Body
    otherwise: Body | None
    base: int = 0


class Range(NamedTuple):
    position: int
    pipe: Pipe
    body: Body
    otherwise: Body | None
    base: int = 0


class Template(NamedTuple):
    """`{{ template "name" pipeline }}`"""

    position: int
    name: str
    pipe: Pipe | None
    base: int = 0


class Break(NamedTuple):
    position: int
    base: int = 0


class Continue(NamedTuple):
    position: int
    base: int = 0


class End(NamedTuple):
    """`{{ end }}`: only the parser sees it."""

    position: int


class Else(NamedTuple):
    """`{{ else }}`: only the parser sees it."""

    position: int


Node: TypeAlias = "Identifier | Field | Variable | Dot | Nil | Bool | Number | String | Chain | Pipe"
Statement: TypeAlias = "Text | Action | If | With | Range | Template | Break | Continue"
Body: TypeAlias = "tuple[Statement, ...]"
Anywhere: TypeAlias = "Node | Command | Statement"


class Tree(NamedTuple):
    """One named template: what `define`, `block` or a whole file gives.

    `file` names the file that it was parsed from (errors start with it), `text` is that file's whole text.
    """

    name: str
    file: str
    text: str
    body: Body
    empty: bool


BLANKS = " \t\n\v\f\r\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"


def is_empty(body: Body) -> bool:
    """Whether a body holds only blanks: it does not replace a definition of the same name."""
    return all(node.__class__ is Text and not node.text.strip(BLANKS) for node in body)


class Site(NamedTuple):
    """The statement that an expression belongs to: its tree, and where positions count from."""

    tree: Tree
    base: int


def show(node: Any) -> str:
    """The node as Go's String method prints it: what errors put into `at <...>`."""
    return SHOWN[node.__class__](node)


def _branch(word: str) -> Callable[[Any], str]:
    def shown(node: Any) -> str:
        otherwise = "" if node.otherwise is None else "{{else}}" + show_body(node.otherwise)
        return f"{{{{{word} {show(node.pipe)}}}}}{show_body(node.body)}{otherwise}{{{{end}}}}"

    return shown


def show_body(body: Body) -> str:
    """Statements one after the other."""
    return "".join(map(show, body))


def _pipe(node: Pipe) -> str:
    declared = ", ".join(map(show, node.declared))
    lead = f"{declared} {'=' if node.assigns else ':='} " if declared else ""
    return lead + " | ".join(map(show, node.commands))


def _parenthesized(node: Any) -> str:
    return f"({show(node)})" if isinstance(node, Pipe) else show(node)


def _template(node: Template) -> str:
    return f"{{{{template {quote(node.name)}{'' if node.pipe is None else ' ' + show(node.pipe)}}}}}"


SHOWN: dict[type, Callable[[Any], str]] = {
    Identifier: lambda node: node.name,
    Field: lambda node: "".join("." + name for name in node.names),
    Variable: lambda node: ".".join(node.names),
    Dot: lambda node: ".",
    Nil: lambda node: "nil",
    Bool: lambda node: "true" if node.value else "false",
    Number: lambda node: node.text,
    String: lambda node: node.quoted,
    Chain: lambda node: _parenthesized(node.operand) + "".join("." + name for name in node.names),
    Command: lambda node: " ".join(map(_parenthesized, node.arguments)),
    Pipe: _pipe,
    Text: lambda node: node.text,
    Action: lambda node: "{{" + show(node.pipe) + "}}",
    If: _branch("if"),
    With: _branch("with"),
    Range: _branch("range"),
    Template: _template,
    Break: lambda node: "{{break}}",
    Continue: lambda node: "{{continue}}",
    End: lambda node: "{{end}}",
    Else: lambda node: "{{else}}",
}
