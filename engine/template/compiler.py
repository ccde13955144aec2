"""Trees into closures: `compile_tree(tree) -> Step`. What runs is in the closures; the walk over nodes happens once.

A value's closure takes the frame and dot. What an error needs to say (the node that Go was at, the type that a value is
held as) is not kept while running: an `Expression` has functions that work it out when something has failed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count
from typing import Any, TypeAlias

from ..gofmt import text_of
from ..goquote import quote
from ..govalues import Addressed, Pointer
from .calls import Calls, constant
from .chains import chain_of_dot, chain_of_value, chain_of_variable, walk
from .errors import Fault
from .expression import Expression, HeldAs, static
from .fields import INTERFACE, type_of
from .function import Function
from .loops import Loop
from .nodes import (
    Action,
    Body,
    Break,
    Chain,
    Command,
    Continue,
    Dot,
    Field,
    Identifier,
    If,
    Nil,
    Node,
    Pipe,
    Range,
    Site,
    Statement,
    Template,
    Text,
    Tree,
    Variable,
    With,
    show,
)  # fmt: skip
from .predefined import TABLE
from .runtime import Frame, Step, Unit

Known: TypeAlias = "tuple[str, int, HeldAs]"


class LeaveLoop(Exception):
    """`break`"""


class NextRound(Exception):
    """`continue`"""


Shared: TypeAlias = "dict[int, tuple[Pipe, Expression]]"
"""What shared pipelines compiled to, by the identity of the node (which is kept with it, so that it stays unique)."""


def compile_tree(
    tree: Tree, functions: Mapping[str, Function], *, strict: bool = False, shared: Shared | None = None
) -> Step:
    """A tree's closure. The bodies of its control structures are compiled when they are first run."""
    return _Compiler(tree, functions, {} if shared is None else shared, strict=strict).body(tree.body)


def printed(value: Any) -> str:
    """What an action writes (printValue): no value at all as `<no value>`, a pointer's target by its own String method."""
    return value.go_addressed() if isinstance(value, Addressed) else printed_copy(value)


def printed_copy(value: Any) -> str:
    """The same for what a function gave, which has no address."""
    if isinstance(value, Pointer):
        return text_of(value).removeprefix("&")
    return "<no value>" if value is None else text_of(value)


def nothing(frame: Frame, dot: Any) -> None:
    """The empty body."""


def nothing_made() -> Step:
    return nothing


class _Compiler:
    def __init__(self, tree: Tree, functions: Mapping[str, Function], shared: Shared, *, strict: bool) -> None:
        self.tree = tree
        self.functions = functions
        self.shared = shared
        self.strict = strict
        self.slots = count(1)
        self.variables: list[Known] = [("$", 0, _plain)]
        self.dot_type: HeldAs = _plain
        self.site = Site(tree, 0)
        self.calls = Calls(strict=strict)

    def slot(self) -> int:
        return next(self.slots)

    def later(self, body: Body, dot_type: HeldAs | None = None) -> Callable[[], Step]:
        """What compiles a body with the variables that are known here; `dot_type` where dot is another one inside."""
        known = tuple(self.variables)
        inside = dot_type or self.dot_type

        def compile_body() -> Step:
            compiler = _Compiler(self.tree, self.functions, self.shared, strict=self.strict)
            compiler.slots = self.slots
            compiler.variables = list(known)
            compiler.dot_type = inside
            return compiler.body(body)

        return compile_body

    # Statements

    def body(self, body: Body) -> Step:
        steps = [self.statement(node) for node in body]
        if not steps:
            return nothing
        if len(steps) == 1:
            return steps[0]
        if len(steps) == 2:
            return _two(*steps)
        if len(steps) == 3:
            return _three(*steps)

        def run(frame: Frame, dot: Any) -> None:
            for step in steps:
                step(frame, dot)

        return run

    def statement(self, node: Statement) -> Step:
        if node.__class__ is not Text:
            self.site = Site(self.tree, node.base)  # type: ignore[union-attr]
        compiled: Step = STATEMENTS[node.__class__](self, node)
        return compiled

    def text(self, node: Text) -> Step:
        text = node.text
        return lambda frame, dot: frame.write(text)

    def action(self, node: Action) -> Step:
        value, site = self.whole_pipe(node.pipe).value, self.site
        if node.pipe.declared:

            def silent(frame: Frame, dot: Any) -> None:
                try:
                    value(frame, dot)
                except Fault as fault:
                    fault.settle(site)
                    raise

            return silent

        first = node.pipe.commands[-1].arguments[0]
        # `and` and `or` give one of their arguments itself, other functions a copy.
        called = isinstance(first, Identifier) and first.name not in ("and", "or")
        shown = printed_copy if called else printed

        def write(frame: Frame, dot: Any) -> None:
            try:
                found = value(frame, dot)
            except Fault as fault:
                fault.settle(site)
                raise
            frame.write(found if found.__class__ is str else shown(found))

        return write

    def condition(self, node: If) -> Step:
        mark = len(self.variables)
        value, site = self.whole_pipe(node.pipe).value, self.site
        make_body = self.later(node.body)
        make_other = nothing_made if node.otherwise is None else self.later(node.otherwise)
        del self.variables[mark:]
        body: Step | None = None
        other: Step | None = nothing if node.otherwise is None else None

        def choose(frame: Frame, dot: Any) -> None:
            nonlocal body, other
            try:
                true = value(frame, dot)
            except Fault as fault:
                fault.settle(site)
                raise
            if true:
                if body is None:
                    body = make_body()
                body(frame, dot)
            elif other is not nothing:
                if other is None:
                    other = make_other()
                other(frame, dot)

        return choose

    def with_value(self, node: With) -> Step:
        mark = len(self.variables)
        value, site = self.whole_pipe(node.pipe).value, self.site
        make_body = self.later(node.body, _plain)
        make_other = nothing_made if node.otherwise is None else self.later(node.otherwise)
        del self.variables[mark:]
        body: Step | None = None
        other: Step | None = None

        def choose(frame: Frame, dot: Any) -> None:
            nonlocal body, other
            try:
                found = value(frame, dot)
            except Fault as fault:
                fault.settle(site)
                raise
            if found:
                if body is None:
                    body = make_body()
                body(frame, found)
            else:
                if other is None:
                    other = make_other()
                other(frame, dot)

        return choose

    def range(self, node: Range) -> Step:
        mark = len(self.variables)
        held = self.slot()

        def element_type(frame: Frame, dot: Any, value: Any) -> str | None:
            del dot
            return INTERFACE if frame.variables.get(held) else type_of(value)

        pipe = self.whole_pipe(node.pipe, None if node.pipe.assigns else element_type)
        targets = [self.assigned(variable, pipe) for variable in node.pipe.declared]
        site = self.site
        loop = Loop(
            site,
            pipe,
            held,
            tuple(targets),
            (self.later(node.body, element_type), None if node.otherwise is None else self.later(node.otherwise)),
        )
        del self.variables[mark:]
        leaves = _leaves((*node.body, *(node.otherwise or ())))
        return loop.step(LeaveLoop if leaves else None, NextRound if leaves else None)

    def assigned(self, variable: Variable, pipe: Expression) -> Callable[[Frame, Any, Any], None]:
        """What sets a variable that a range declares or assigns."""
        known = self.find(variable.names[0])
        if known is None:

            def fail(frame: Frame, dot: Any, value: Any) -> None:
                del value
                raise Fault(pipe.last(frame, dot), f"undefined variable: {variable.names[0]}")

            return fail
        slot = known[1]

        def store(frame: Frame, dot: Any, value: Any) -> None:
            del dot
            frame.variables[slot] = value

        return store

    def template(self, node: Template) -> Step:
        value = _none if node.pipe is None else self.whole_pipe(node.pipe).value
        name, site = node.name, self.site

        def run(frame: Frame, dot: Any) -> None:
            try:
                unit: Unit | None = frame.templates.get(name)
                if unit is None:
                    raise Fault(node, f"template {quote(name)} not defined")  # noqa: TRY301
                data = value(frame, dot)
            except Fault as fault:
                fault.settle(site)
                raise
            frame.start(unit, data, frame.out)

        return run

    def leave(self, node: Break) -> Step:
        del node
        return _leave

    def next_round(self, node: Continue) -> Step:
        del node
        return _next_round

    # Pipelines

    def find(self, name: str) -> Known | None:
        return next((known for known in reversed(self.variables) if known[0] == name), None)

    def whole_pipe(self, node: Pipe, declared_as: HeldAs | None = None) -> Expression:
        """A statement's pipeline."""
        if not node.shared or self.dot_type is not _plain:
            return self.pipe(node, declared_as)
        known = self.shared.get(id(node))
        if known is None:
            known = self.shared[id(node)] = node, self.pipe(node)
        return known[1]

    def pipe(self, node: Pipe, declared_as: HeldAs | None = None) -> Expression:
        """A pipeline: its value is held by no interface."""
        expression: Expression | None = None
        for command in node.commands:
            expression = self.command(command, node, expression)
            if expression.held_as is not _plain or expression.constant:
                expression = expression.plain(_plain)
        assert expression is not None
        if not node.declared:
            return expression
        return self.declaring(node, expression, declared_as or _plain)

    def declaring(self, node: Pipe, expression: Expression, declared_as: HeldAs) -> Expression:
        value = expression.value
        if node.assigns:
            setters = [self.assigned(variable, expression) for variable in node.declared]

            def assign(frame: Frame, dot: Any) -> Any:
                found = value(frame, dot)
                for setter in setters:
                    setter(frame, dot, found)
                return found

            return Expression(assign, node, expression.last, _plain)
        slots = [self.slot() for _ in node.declared]
        for variable, slot in zip(node.declared, slots, strict=True):
            # The first of two is the key, which nothing holds but the variable.
            held_as = _plain if slot != slots[-1] else declared_as
            self.variables.append((variable.names[0], slot, held_as))
        first, last = slots[0], slots[-1]

        def declare(frame: Frame, dot: Any) -> Any:
            found = frame.variables[first] = frame.variables[last] = value(frame, dot)
            return found

        return Expression(declare, node, expression.last, _plain)

    def command(self, node: Command, place: Pipe, final: Expression | None) -> Expression:
        """One stage of a pipeline; `final` is the stage before it."""
        first = node.arguments[0]
        if isinstance(first, Identifier):
            return self.call(first, node, node.arguments[1:], final)
        if len(node.arguments) > 1 or final is not None:
            if isinstance(first, CHAINS) and not (isinstance(first, Variable) and len(first.names) == 1):
                return self.method(first, node.arguments[1:], final)
            return self.not_a_function(first, place, final)
        if isinstance(first, Nil):
            return self.calls.failing(first, "nil is not a command")
        return self.expression(first)

    def not_a_function(self, node: Node, place: Pipe, final: Expression | None) -> Expression:
        text = f"can't give argument to non-function {show(node)}"
        if not isinstance(node, Pipe):
            return self.calls.failing(node, text, final)

        def fail(frame: Frame, dot: Any) -> Any:
            if final is not None:
                final.value(frame, dot)
            raise Fault(place if final is None else final.last(frame, dot), text)

        return Expression(fail, node, static(node), _plain)

    def call(
        self, name: Identifier, place: Command | Identifier, arguments: tuple[Node, ...], final: Expression | None
    ) -> Expression:
        function = self.functions.get(name.name)
        if function is None:
            function = TABLE[name.name]
        given = [self.expression(argument) for argument in arguments]
        return self.calls.call(function, name, place, given, final)

    def method(
        self, node: Field | Variable | Chain, arguments: tuple[Node, ...], final: Expression | None
    ) -> Expression:
        """A field chain with arguments: its last name must be a method."""
        receiver, names = self.receiver(node)
        given = [self.expression(argument) for argument in arguments]
        return self.calls.method(node, receiver, names, given, final)

    def receiver(self, node: Field | Variable | Chain) -> tuple[Expression, tuple[str, ...]]:
        """Where a field chain starts, and its names. Errors name the chain, or the last node of a pipeline before it."""
        if isinstance(node, Field):
            return Expression(_dot, node, static(node), self.dot_type), node.names
        if isinstance(node, Variable):
            base = self.variable(node)
            return Expression(base.value, node, static(node), base.held_as), node.names[1:]
        if isinstance(node.operand, Nil):
            return self.calls.failing(node, f"indirection through explicit nil in {show(node)}"), node.names
        inner = self.expression(node.operand)
        return Expression(inner.value, node, inner.last, inner.held_as), node.names

    def variable(self, node: Variable) -> Expression:
        known = self.find(node.names[0])
        if known is None:
            return self.calls.failing(node, f"undefined variable: {node.names[0]}")
        name, slot, held_as = known
        slots = [other[1] for other in reversed(self.variables) if other[0] == name]

        def value(frame: Frame, dot: Any) -> Any:
            del dot
            try:
                return frame.variables[slot]
            except KeyError:  # its declaration was passed over: `and false ($x := 1)`
                for other in slots:
                    if other in frame.variables:
                        return frame.variables[other]
            raise Fault(node, f"undefined variable: {name}")

        return Expression(value, node, static(node), held_as)

    def expression(self, node: Node) -> Expression:
        """An operand without arguments."""
        compiled: Callable[[_Compiler, Any], Expression] | None = EXPRESSIONS.get(node.__class__)
        return constant(node, self.calls) if compiled is None else compiled(self, node)

    def dot(self, node: Dot) -> Expression:
        return Expression(_dot, node, static(node), self.dot_type)

    def variable_or_chain(self, node: Variable) -> Expression:
        return self.variable(node) if len(node.names) == 1 else self.chain(node)

    def parentheses(self, node: Pipe) -> Expression:
        inner = self.pipe(node)
        return Expression(inner.value, node, inner.last, _plain)

    def bare_call(self, node: Identifier) -> Expression:
        return self.call(node, node, (), None)

    def chain(self, node: Field | Variable | Chain) -> Expression:
        base, names = self.receiver(node)
        strict = self.strict

        def slow(frame: Frame, dot: Any) -> Any:
            return walk(frame, dot, base, names, strict=strict)[0]

        def held_as(frame: Frame, dot: Any, value: Any) -> str | None:
            del value
            return walk(frame, dot, base, names, strict=strict)[1]

        if base.value is _dot:
            value = chain_of_dot(names, slow, strict=strict)
        elif isinstance(node, Variable):
            known = self.find(node.names[0])
            value = slow if known is None else chain_of_variable(known[1], names, slow, strict=strict)
        else:
            value = chain_of_value(
                base.value,
                lambda frame, dot, found: walk(frame, dot, base, names, strict=strict, start=found)[0],
            )
        return Expression(value, node, base.last, held_as)


def _dot(frame: Frame, dot: Any) -> Any:
    del frame
    return dot


def _leave(frame: Frame, dot: Any) -> None:
    del frame, dot
    raise LeaveLoop


def _next_round(frame: Frame, dot: Any) -> None:
    del frame, dot
    raise NextRound


def _none(frame: Frame, dot: Any) -> None:
    del frame, dot


def _plain(frame: Frame, dot: Any, value: Any) -> str | None:
    """The type of a value that no interface holds."""
    del frame, dot
    return type_of(value)


def _two(first: Step, second: Step) -> Step:
    def run(frame: Frame, dot: Any) -> None:
        first(frame, dot)
        second(frame, dot)

    return run


def _three(first: Step, second: Step, third: Step) -> Step:
    def run(frame: Frame, dot: Any) -> None:
        first(frame, dot)
        second(frame, dot)
        third(frame, dot)

    return run


def _leaves(body: Body) -> bool:
    """Whether a body breaks or continues a loop."""
    for node in body:
        if isinstance(node, Break | Continue):
            return True
        if isinstance(node, If | With | Range) and _leaves((*node.body, *(node.otherwise or ()))):
            return True
    return False


STATEMENTS: Mapping[type, Callable[[_Compiler, Any], Step]] = {
    Text: _Compiler.text,
    Action: _Compiler.action,
    If: _Compiler.condition,
    With: _Compiler.with_value,
    Range: _Compiler.range,
    Template: _Compiler.template,
    Break: _Compiler.leave,
    Continue: _Compiler.next_round,
}
EXPRESSIONS: Mapping[type, Callable[[_Compiler, Any], Expression]] = {
    Dot: _Compiler.dot,
    Variable: _Compiler.variable_or_chain,
    Field: _Compiler.chain,
    Chain: _Compiler.chain,
    Pipe: _Compiler.parentheses,
    Identifier: _Compiler.bare_call,
}
CHAINS = (Field, Variable, Chain)
