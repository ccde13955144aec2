"""A function that templates can call, with its Go signature."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any


class FunctionError(Exception):
    """A function's own failure: Go's returned error, or a panic that Helm traps; `str()` is Go's text.

    It never leaves the engine: the runtime turns it into a TemplateExecError that says `error calling NAME: TEXT`.
    `cause` is an error whose own text follows `text` (Go's `%w` at the end): a template's that was included.
    """

    def __init__(self, text: str, cause: BaseException | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Function:
    """`call` gets arguments that were already checked and converted to `params`, as Go's reflection would.

    `params` and `result` are Go type names (`string`, `int`, `float64`, `bool`, `interface {}`, `[]interface {}`,
    `map[string]interface {}`, `[]string`, `error`, `time.Time` …). The last of `params` repeats when `variadic`.
    With `wants_scope` the runtime passes its scope as an extra first argument (include, tpl, lookup …).
    """

    name: str
    call: Callable[..., Any]
    params: tuple[str, ...]
    result: str = "interface {}"
    variadic: bool = False
    wants_scope: bool = False


def declare(rows: Iterable[tuple[str, str, Callable[..., Any]]]) -> Mapping[str, Function]:
    """A table from rows of (name, Go signature, implementation).

    A signature reads `string, int -> string`; a variadic last parameter `...interface {}`; no parameter ` -> string`.
    """
    table: dict[str, Function] = {}
    for name, signature, call in rows:
        left, _, result = signature.partition("->")
        params = tuple(part.strip() for part in left.split(",") if part.strip())
        variadic = bool(params) and params[-1].startswith("...")
        if variadic:
            params = (*params[:-1], params[-1][3:])
        if name in table:
            raise ValueError(f"function {name} is declared twice")
        table[name] = Function(name, call, params, result.strip() or "interface {}", variadic)
    return table
