"""Closures for calls: arguments fitted to parameters while compiling where that can be, then one plain call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..gofmt import sprintf
from ..govalues import go_type
from .arguments import ANY, EXACT, REFLECTED, ArgumentError, fit, literal
from .chains import look, walk
from .errors import Fault
from .expression import Expression, HeldAs, static
from .fields import INTERFACE, method_of, type_of
from .function import Function, FunctionError
from .nodes import Anywhere, Chain, Command, Field, Identifier, Node, Variable, show
from .predefined import TABLE
from .runtime import Frame, Value

AND, OR, CALL, LENGTH = (TABLE[name] for name in ("and", "or", "call", "len"))


class Argument:
    """An argument's closure; `fixed` holds the value of one that never changes."""

    __slots__ = ("constant", "fixed", "value")

    def __init__(self, value: Value, *, constant: bool = False, fixed: Any = None) -> None:
        self.value = value
        self.constant = constant
        self.fixed = fixed


def constant(node: Node, calls: Calls) -> Expression:
    """A literal as an operand of its own."""
    try:
        found = literal(node, INTERFACE)
    except ArgumentError as error:
        failing = calls.failing(node, str(error))
        failing.constant = True
        return failing
    return Expression(lambda frame, dot: found, node, static(node), plain, constant=True)


def plain(frame: Frame, dot: Any, value: Any) -> str | None:
    """The type of a value that no interface holds."""
    del frame, dot
    return type_of(value)


def held(frame: Frame, dot: Any, value: Any) -> str | None:
    """The type of a value that an interface holds."""
    del frame, dot, value
    return INTERFACE


class Calls:
    """Builds calls."""

    def __init__(self, *, strict: bool) -> None:
        self.strict = strict

    def failing(self, node: Anywhere, text: str, before: Expression | None = None) -> Expression:
        """An operand that fails when it is reached, once what stands before it in the pipeline was evaluated."""

        def fail(frame: Frame, dot: Any) -> Any:
            if before is not None:
                before.value(frame, dot)
            raise Fault(node, text)

        return Expression(fail, node, static(node), plain)

    # Calls of functions

    def call(
        self,
        function: Function,
        name: Identifier,
        place: Command | Identifier,
        given: Sequence[Expression],
        final: Expression | None,
    ) -> Expression:
        """A call; `final` is the pipeline's value so far, the last argument."""
        wrong = count_error(function, name.name, len(given), piped=final is not None)
        if wrong:
            return self.failing(name, wrong, final)
        last = given[-1].last if given else static(name)
        result: HeldAs = held if function.result in ANY else plain
        if function is AND or function is OR:
            return self.deciding(function, given, final)
        types = parameter_types(function, len(given) + (final is not None))
        arguments = [self.argument(each, type_name) for each, type_name in zip(given, types, strict=False)]
        broken = self.breaking(name.name, place)
        if function is CALL:
            function = named_call(given[0].node if given else None)
        elif function is LENGTH:
            arguments = [Argument(self.measurable(each, broken)) for each in given]
            final = None if final is None else Expression(self.measurable(final, broken), place, last, plain)
        if final is None:
            value = build(function, arguments, broken)
        else:
            check = None if types[-1] in ANY else self.checked(final, types[-1], last)
            value = build_piped(function, arguments, (final.value, check), broken)
        return Expression(value, place, last, result)

    def breaking(self, name: str, place: Anywhere) -> Callable[[FunctionError], Fault]:
        """What makes a fault of a function's failure."""
        return lambda error: Fault(place, f"error calling {name}: ", error)

    def measurable(self, given: Expression, broken: Callable[[FunctionError], Fault]) -> Value:
        """An argument of len: reflection panics where there is no value at all."""
        value = given.value

        def measured(frame: Frame, dot: Any) -> Any:
            found = value(frame, dot)
            if found is None and given.held_as(frame, dot, found) is None:
                raise broken(FunctionError("reflect: call of reflect.Value.Type on zero Value"))
            return found

        return measured

    def argument(self, given: Expression, type_name: str) -> Argument:
        """An argument for a parameter of that type."""
        value = given.value
        if given.constant:
            node: Any = given.node
            try:
                found = literal(node, type_name)
            except ArgumentError as error:
                return Argument(self.failing(node, str(error)).value)
            return Argument(lambda frame, dot: found, constant=True, fixed=found)
        if type_name in ANY:
            return Argument(value)
        exact = EXACT.get(type_name)

        def refit(frame: Frame, dot: Any, found: Any) -> Any:
            try:
                return fit(found, given.held_as(frame, dot, found), type_name)
            except ArgumentError as error:
                raise Fault(given.last(frame, dot), str(error)) from None

        def checked(frame: Frame, dot: Any) -> Any:
            found = value(frame, dot)
            return found if found.__class__ is exact else refit(frame, dot, found)

        return Argument(checked)

    def checked(
        self, final: Expression, type_name: str, last: Callable[[Frame, Any], Anywhere]
    ) -> Callable[[Frame, Any, Any], Any]:
        """What fits the pipeline's value to a parameter."""
        exact = EXACT.get(type_name)
        del final

        def check(frame: Frame, dot: Any, found: Any) -> Any:
            if found.__class__ is exact:
                return found
            try:
                return fit(found, type_of(found), type_name)
            except ArgumentError as error:
                raise Fault(last(frame, dot), str(error)) from None

        return check

    def deciding(self, function: Function, given: Sequence[Expression], final: Expression | None) -> Expression:
        """`and` and `or`: the first argument that decides, or the last."""
        wanted = function is OR
        arguments = [self.argument(each, REFLECTED).value for each in given]
        before = None if final is None else final.value

        def decide(frame: Frame, dot: Any) -> Any:
            piped = None if before is None else before(frame, dot)
            found = None
            for value in arguments:
                found = value(frame, dot)
                if bool(found) is wanted:
                    return found
            return found if before is None else piped

        def last(frame: Frame, dot: Any) -> Anywhere:
            for each, value in zip(given, arguments, strict=True):
                if bool(value(frame, dot)) is wanted:
                    return each.last(frame, dot)
            return given[-1].last(frame, dot) if given else final.last(frame, dot)  # type: ignore[union-attr]

        place: Anywhere = given[0].node if given else final.node  # type: ignore[union-attr]
        short = final is None and len(arguments) == 2
        return Expression(two_deciding(*arguments, wanted=wanted) if short else decide, place, last, held)

    # Calls of methods

    def method(
        self,
        node: Field | Variable | Chain,
        receiver: Expression,
        names: tuple[str, ...],
        given: Sequence[Expression],
        final: Expression | None,
    ) -> Expression:
        """A chain of names with arguments: which method it is turns out when it runs."""
        strict = self.strict
        *before, name = names

        def run(frame: Frame, dot: Any) -> Any:
            piped = () if final is None else (final.value(frame, dot),)
            looked = walk(frame, dot, receiver, tuple(before), strict=strict)
            value = looked[0]
            if value is None and looked[1] is None:  # no value at all: Go does not even look at the arguments
                return look(frame, dot, receiver, looked, name, strict=strict)[0]
            method = method_of(value, name)
            if method is None:
                if isinstance(value, dict):
                    raise Fault(receiver.last(frame, dot), f"{name} is not a method but has arguments")
                look(frame, dot, receiver, looked, name, strict=strict)
                raise Fault(receiver.last(frame, dot), f"{name} has arguments but cannot be invoked as function")
            return self.invoke(frame, dot, (node, receiver, name), (method, value), (given, piped))

        last = given[-1].last if given else receiver.last
        return Expression(run, node, last, held)

    def invoke(
        self,
        frame: Frame,
        dot: Any,
        where: tuple[Anywhere, Expression, str],
        bound: tuple[Function, Any],
        passed: tuple[Sequence[Expression], tuple[Any, ...]],
    ) -> Any:
        """Call a method with arguments that are fitted now. Raises Fault."""
        node, receiver, name = where
        method, value = bound
        given, piped = passed
        wrong = count_error(method, name, len(given), piped=bool(piped))
        if wrong:
            raise Fault(receiver.last(frame, dot), wrong)
        types = parameter_types(method, len(given) + len(piped))
        arguments = [
            self.argument(each, type_name).value(frame, dot) for each, type_name in zip(given, types, strict=False)
        ]
        last = given[-1].last if given else receiver.last
        for found in piped:
            check = self.checked(receiver, types[-1], last)
            arguments.append(check(frame, dot, found))
        try:
            return method.call(value, *arguments)
        except FunctionError as error:
            raise self.breaking(name, node)(error) from None


def count_error(function: Function, name: str, given: int, *, piped: bool) -> str | None:
    """Go's text where a function cannot take so many arguments."""
    count = given + piped
    wanted = len(function.params)
    if function.variadic:
        if count < wanted - 1:
            return f"wrong number of args for {name}: want at least {wanted - 1} got {given}"
    elif count != wanted:
        return f"wrong number of args for {name}: want {wanted} got {count}"
    return None


def parameter_types(function: Function, count: int) -> tuple[str, ...]:
    """The type that each argument must have."""
    params = function.params
    if not function.variadic:
        return params
    return (*params[:-1], *(params[-1:] * (count - len(params) + 1)))[:count]


def named_call(node: Anywhere | None) -> Function:
    """`call` with the text of what is called, for its error."""
    from dataclasses import replace

    def call(value: Any, *arguments: Any) -> Any:
        del arguments
        if value is None:
            raise FunctionError("call of nil")
        name = show(node) if node is not None else value if isinstance(value, str) else f"<{go_type(value)} Value>"
        raise FunctionError(sprintf("non-function %s of type %s", [name, go_type(value)]))

    return replace(CALL, call=call)


def two_deciding(first: Value, second: Value, *, wanted: bool) -> Value:
    """`and` and `or` of two arguments."""
    if wanted:
        return lambda frame, dot: first(frame, dot) or second(frame, dot)
    return lambda frame, dot: first(frame, dot) and second(frame, dot)


Broken = Callable[[FunctionError], Fault]


def build(function: Function, arguments: list[Argument], broken: Broken) -> Value:
    """A call without a piped value."""
    call = function.call
    if function.wants_scope:
        return _scoped(call, arguments, broken)
    values = [argument.value for argument in arguments]
    if len(values) == 1:
        return _one(call, values[0], broken)
    if len(values) == 2:
        if arguments[0].constant:
            return _fixed_and_one(call, arguments[0].fixed, values[1], broken)
        return _two(call, values[0], values[1], broken)

    def many(frame: Frame, dot: Any) -> Any:
        try:
            return call(*[value(frame, dot) for value in values])
        except FunctionError as error:
            raise broken(error) from None

    return many


def _one(call: Callable[..., Any], first: Value, broken: Broken) -> Value:
    def one(frame: Frame, dot: Any) -> Any:
        try:
            return call(first(frame, dot))
        except FunctionError as error:
            raise broken(error) from None

    return one


def _two(call: Callable[..., Any], first: Value, second: Value, broken: Broken) -> Value:
    def two(frame: Frame, dot: Any) -> Any:
        try:
            return call(first(frame, dot), second(frame, dot))
        except FunctionError as error:
            raise broken(error) from None

    return two


def _fixed_and_one(call: Callable[..., Any], fixed: Any, second: Value, broken: Broken) -> Value:
    def two(frame: Frame, dot: Any) -> Any:
        try:
            return call(fixed, second(frame, dot))
        except FunctionError as error:
            raise broken(error) from None

    return two


def _scoped(call: Callable[..., Any], arguments: list[Argument], broken: Broken) -> Value:
    """A call that wants the frame: written out for two arguments, since includes nest deeply through it."""
    values = [argument.value for argument in arguments]
    if len(values) == 2:
        first, second = values

        def two(frame: Frame, dot: Any) -> Any:
            try:
                return call(frame, first(frame, dot), second(frame, dot))
            except FunctionError as error:
                raise broken(error) from None

        return two

    def many(frame: Frame, dot: Any) -> Any:
        try:
            return call(frame, *[value(frame, dot) for value in values])
        except FunctionError as error:
            raise broken(error) from None

    return many


def build_piped(
    function: Function,
    arguments: list[Argument],
    final: tuple[Value, Callable[[Frame, Any, Any], Any] | None],
    broken: Broken,
) -> Value:
    """A call with the pipeline's value as its last argument: it is evaluated first, and checked last."""
    call, (before, check) = function.call, final
    values = [argument.value for argument in arguments]
    if function.wants_scope or len(values) > 1 or (values and not arguments[0].constant):
        scoped = function.wants_scope

        def many(frame: Frame, dot: Any) -> Any:
            piped = before(frame, dot)
            given = [value(frame, dot) for value in values]
            given.append(piped if check is None else check(frame, dot, piped))
            try:
                return call(frame, *given) if scoped else call(*given)
            except FunctionError as error:
                raise broken(error) from None

        return many
    if not values:
        return _piped(call, before, check, broken)
    return _fixed_and_piped(call, arguments[0].fixed, final, broken)


def _piped(
    call: Callable[..., Any], before: Value, check: Callable[[Frame, Any, Any], Any] | None, broken: Broken
) -> Value:
    if check is None:
        return _one(call, before, broken)

    def piped(frame: Frame, dot: Any) -> Any:
        try:
            return call(check(frame, dot, before(frame, dot)))
        except FunctionError as error:
            raise broken(error) from None

    return piped


def _fixed_and_piped(
    call: Callable[..., Any],
    fixed: Any,
    final: tuple[Value, Callable[[Frame, Any, Any], Any] | None],
    broken: Broken,
) -> Value:
    before, check = final
    if check is None:
        return _fixed_and_one(call, fixed, before, broken)

    def piped(frame: Frame, dot: Any) -> Any:
        try:
            return call(fixed, check(frame, dot, before(frame, dot)))
        except FunctionError as error:
            raise broken(error) from None

    return piped
