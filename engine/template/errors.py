"""What goes wrong with templates: in Helm's words by `str()`, for people by `explain()`.

The Go text of an error and how Helm rewrites it: text/template exec.go errorf, helm pkg/engine/engine.go
cleanupParseError and reformatExecErrorMsg.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..errors import TemplateError
from ..goquote import quote

WARNING_START, WARNING_END = "HELM_ERR_START", "HELM_ERR_END"
WARNING = re.compile(f"{WARNING_START}(.*){WARNING_END}", re.DOTALL)
NESTED = " template:"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a template something was evaluated: the line counts from 1, the column from 0 and in bytes, as Go's do."""

    template: str
    """The file, or `gotpl` for text given to tpl."""
    line: int
    column: int
    executing: str
    """The name of the define or file that was running."""
    expression: str
    source: str
    """The whole line."""


def place_of(file: str, text: str, position: int, executing: str = "", expression: str = "") -> Place:
    """The place of an index into a file's text."""
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    column = len(text[start:position].encode("utf-8", "surrogateescape"))
    source = text[start : len(text) if end < 0 else end]
    return Place(file, text.count("\n", 0, position) + 1, column, executing, expression, source)


def pointed(place: Place, indent: str = "  ") -> str:
    """The source line with a caret below the place."""
    before = place.source.encode("utf-8", "surrogateescape")[: place.column].decode("utf-8", "replace")
    blanks = "".join("\t" if char == "\t" else " " for char in before)
    number = f"{place.line} | "
    return f"{indent}{number}{place.source}\n{indent}{' ' * len(number)}{blanks}^"


class TemplateSyntaxError(TemplateError):
    """A template that cannot be parsed; `go_text` is what Go says, `str()` what Helm makes of it."""

    code = "template.syntax"

    def __init__(self, message: str, *, file: str, text: str, position: int) -> None:
        self.place = place_of(file, text, position)
        self.detail = message
        self.go_text = f"template: {file}:{self.place.line}: {message}"
        parts = self.go_text.split(": ")
        super().__init__(f"parse error at ({parts[1]}): {parts[-1]}")

    @property
    def template(self) -> str:
        """The path of the template."""
        return self.place.template

    @property
    def line(self) -> int:
        return self.place.line

    def explain(self) -> str:
        """The message with the source line."""
        return f"{self.template}:{self.line}: {self.detail}\n{pointed(self.place)}"


class Fault(Exception):
    """A failure on its way out of a template; the environment turns it into a TemplateExecError.

    `cause` is what a called function raised: another fault (through include), or an error with `text` and `cause`.
    """

    def __init__(self, node: Any, message: str, cause: BaseException | None = None, known: object = None) -> None:
        super().__init__(message)
        self.node = node
        """Where Go was; what it says is worked out when somebody asks."""
        self.site: Any = None
        """The statement that the node belongs to: known once the fault has left its expression."""
        self.message = message
        self.cause = cause
        self.known = known
        """The table in which a key was looked for, for `explain`."""

    def settle(self, site: Any) -> None:
        """Say which statement it was, unless an inner one has."""
        if self.site is None:
            self.site = site

    def located(self) -> Place:
        """Where it happened."""
        from .nodes import show

        tree, base = self.site
        return place_of(tree.file, tree.text, base + self.node.position, tree.name, show(self.node))

    @property
    def head(self) -> str:
        """Its own part of Go's text: the cause's text follows it."""
        at = self.located()
        name = quote(at.executing)
        return f"template: {at.template}:{at.line}:{at.column}: executing {name} at <{at.expression}>: {self.message}"


def levels(fault: BaseException | None) -> Iterator[tuple[BaseException, str]]:
    """A fault and its causes, outermost first, each with its own part of the text."""
    while fault is not None:
        yield fault, fault.head if isinstance(fault, Fault) else str(getattr(fault, "text", fault))
        fault = getattr(fault, "cause", None)


def go_text(fault: BaseException) -> str:
    """The whole text as Go's error has it."""
    return "".join(head for _, head in levels(fault))


def helm_text(fault: Fault) -> str:
    """What Helm's engine makes of an execution error (reformatExecErrorMsg)."""
    heads = [head for _, head in levels(fault)]
    whole = "".join(heads)
    _, location, rest = whole.split(": ", 2)
    warning = WARNING.search(rest)
    if warning:
        return f"execution error at ({location}): {warning[1]}"
    shown: list[str] = []
    offset = 0
    for head in heads:
        if head:  # an empty one only passes on what it wraps
            parsed = _traceable(whole[offset:])
            if parsed is None:
                return whole
            if not shown or shown[-1] != parsed:
                shown.append(parsed)
        offset += len(head)
    return "".join(shown).strip(" \t\n\r\v\f")


def _traceable(text: str) -> str | None:
    """One level's lines, None for text that is no template error (parseTemplateExecErrorString)."""
    prefix = "template: "
    if not text.startswith(prefix):
        return None
    rest = text[len(prefix) :]
    if rest.startswith("no template "):
        return f"{text}\n"
    location, found, after = rest.partition(": executing ")
    if found:
        return _executing(location, after)
    before, found, message = rest.rpartition(": ")
    if not found:
        return None
    return _lines(before, "", _cut(message))


def _executing(location: str, after: str) -> str | None:
    close = after.find('"', 1)
    if after[:1] != '"' or close < 0:
        return None
    at = " at <"
    if not after.startswith(at, close + 1):
        return None
    expression, found, message = after[close + 1 + len(at) :].partition(">: ")
    if not found:
        return None
    return _lines(location, f'executing "{after[1:close]}" at <{expression}>:', _cut(message))


def _cut(message: str) -> str:
    return message.partition(NESTED)[0]


def _lines(location: str, executing: str, message: str) -> str:
    text = f"{location}\n  " if location else ""
    text += f"{executing}\n    " if executing else ""
    return text + (f"{message}\n" if message else "")


class TemplateExecError(TemplateError):
    """A template that failed while it ran.

    `places` are the calls that led there, outermost first; `template`, `line`, `column` and `expression` say where the
    innermost is. `go_text` is Go's own text, `hint` a key that may have been meant.
    """

    code = "template.exec"

    def __init__(
        self, text: str, *, go_text: str, places: tuple[Place, ...], detail: str, hint: str | None = None
    ) -> None:
        super().__init__(text)
        self.go_text = go_text
        self.places = places
        self.detail = detail
        self.hint = hint

    @property
    def place(self) -> Place | None:
        """The innermost place."""
        return self.places[-1] if self.places else None

    @property
    def template(self) -> str:
        return self.place.template if self.place else ""

    @property
    def line(self) -> int:
        return self.place.line if self.place else 0

    @property
    def column(self) -> int:
        return self.place.column if self.place else 0

    @property
    def expression(self) -> str:
        return self.place.expression if self.place else ""

    def explain(self) -> str:
        """What happened, the source line with a caret, the calls that led there, and what may have been meant."""
        if self.place is None:
            return self.message
        lines = [f"{self.template}:{self.line}:{self.column}: {self.detail}", pointed(self.place)]
        lines += [
            f"  called from {place.template}:{place.line}:{place.column} in {place.executing}: {place.expression}"
            for place in reversed(self.places[:-1])
        ]
        if self.hint:
            lines.append(f"  did you mean {self.hint}?")
        return "\n".join(lines)


class BudgetExceeded(TemplateError):
    """A render that used more than it may; `limit` names what: steps, output, seconds or nesting."""

    code = "template.budget"

    def __init__(self, message: str, *, limit: str) -> None:
        super().__init__(message)
        self.limit = limit


def exec_error(fault: Fault) -> TemplateExecError:
    """The public error of a fault."""
    chain = list(levels(fault))
    faults = [each for each, _ in chain if isinstance(each, Fault)]
    innermost = chain[-1][1] if not isinstance(chain[-1][0], Fault) else chain[-1][0].message
    warning = WARNING.search(innermost)
    return TemplateExecError(
        helm_text(fault),
        go_text="".join(head for _, head in chain),
        places=tuple(each.located() for each in faults),
        detail=warning[1] if warning else innermost,
        hint=_hint(faults[-1]) if faults else None,
    )


def _hint(fault: Fault) -> str | None:
    """The nearest key of the table in which the wanted one is missing."""
    if not isinstance(fault.known, tuple):
        return None
    import difflib

    table, wanted = fault.known
    near = difflib.get_close_matches(str(wanted), [str(key) for key in table], 1)
    return near[0] if near else None
