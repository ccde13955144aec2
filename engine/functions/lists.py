"""Lists: first, append, slice, uniq … and their must twins, which abort a template alike (Go: sprig list.go)."""

from __future__ import annotations

import math
from typing import Any

from ..govalues import Slice, StringList, TypedNil, go_kind
from ..template.function import FunctionError, declare
from .conversions import NIL_POINTER, byte_order, elements, float_to_int, items, string_list, strval, to_int
from .equality import contains, unique

List = list[Any]
TOO_LONG = "runtime error: makeslice: len out of range"
BAD_SLICE = "reflect.Value.Slice: slice index out of bounds"


class ListOfLists(Slice):
    """What chunk gives."""

    go_type = "[][]interface {}"
    __slots__ = ()


def nil_list() -> TypedNil:
    """A nil slice: it shows as `[]` and its JSON is null."""
    return TypedNil("[]interface {}", "slice")


def make(*values: Any) -> List:
    """The arguments."""
    return list(values)


def append(source: Any, value: Any) -> List:
    """A new list with the value at its end."""
    return [*elements(source, "Cannot push on type"), value]


def prepend(source: Any, value: Any) -> List:
    """A new list with the value at its start."""
    return [value, *elements(source, "Cannot prepend on type")]


def first(source: Any) -> Any:
    """The first element, nil without one."""
    found = elements(source, "Cannot find first on type")
    return found[0] if found else None


def last(source: Any) -> Any:
    """The last element, nil without one."""
    found = elements(source, "Cannot find last on type")
    return found[-1] if found else None


def rest(source: Any) -> Any:
    """All but the first; a nil list of an empty one."""
    found = elements(source, "Cannot find rest on type")
    return list(found[1:]) if found else nil_list()


def initial(source: Any) -> Any:
    """All but the last; a nil list of an empty one."""
    found = elements(source, "Cannot find initial on type")
    return list(found[:-1]) if found else nil_list()


def reverse(source: Any) -> List:
    """A new list, backwards."""
    return list(elements(source, "Cannot find reverse on type")[::-1])


def compact(source: Any) -> List:
    """A new list without empty values."""
    return [item for item in elements(source, "Cannot compact on type") if item]


def uniq(source: Any) -> List:
    """A new list without repetitions."""
    return unique(elements(source, "Cannot find uniq on type"))


def without(source: Any, *unwanted: Any) -> List:
    """A new list without the unwanted values."""
    return [item for item in elements(source, "Cannot find without on type") if not contains(unwanted, item)]


def has(needle: Any, source: Any) -> bool:
    """Whether an element deeply equals the needle; false for nil."""
    return source is not None and contains(elements(source, "Cannot find has on type"), needle)


def part(source: Any, *bounds: Any) -> Any:
    """The elements from the first bound to the second, of the list's own type; nil of an empty list."""
    found = elements(source, "list should be type of slice or array but")
    if not found:
        return None
    start = to_int(bounds[0]) if bounds else 0
    end = to_int(bounds[1]) if len(bounds) > 1 else len(found)
    if not 0 <= start <= end <= len(found):
        raise FunctionError(BAD_SLICE)
    cut = source[start:end]
    return cut if source.__class__ in (list, bytes) else source.__class__(cut)


def concat(*sources: Any) -> Any:
    """All lists' elements; a nil list without any."""
    out: List = []
    for source in sources:
        found = items(source)
        if found is None:
            raise FunctionError(NIL_POINTER if source is None else f"Cannot concat type {go_kind(source)} as list")
        out.extend(found)
    return out or nil_list()


def _ratio(a: float, b: float) -> float:
    """Go's float division."""
    if b:
        return a / b
    return math.nan if a == 0 else math.copysign(math.inf, a)


def chunk(size: int, source: Any) -> ListOfLists:
    """Lists of `size` elements, the last one shorter; raises FunctionError where Go cannot make such slices."""
    found = elements(source, "Cannot chunk type")
    length = len(found)
    ratio = _ratio(float(length - 1), float(size))
    count = float_to_int(float(math.floor(ratio)) + 1) if math.isfinite(ratio) else -1
    if count < 0:
        raise FunctionError(TOO_LONG)
    out = ListOfLists()
    for at in range(count):
        wanted = (float_to_int(math.fmod(length, size)) or size) if at == count - 1 else size
        if wanted < 0:
            raise FunctionError(TOO_LONG)
        out.append(list(found[at * size : at * size + wanted]))
    return out


def sort_alpha(source: Any) -> list[str]:
    """The elements as strings in the order of their bytes; a []string is sorted in its place."""
    if items(source) is None:
        return StringList([strval(source)])
    found = string_list(source)
    found[:] = byte_order(found)
    return found


def to_strings(source: Any) -> list[str]:
    """The elements as strings, without nil ones."""
    return string_list(source)


ONE = "interface {} -> []interface {}"
TWO = "interface {}, interface {} -> []interface {}"
ANY = "interface {} -> interface {}"
SOME = "interface {}, ...interface {} -> []interface {}"
TABLE = declare(
    (
        ("list", "...interface {} -> []interface {}", make),
        ("tuple", "...interface {} -> []interface {}", make),
        ("append", TWO, append),
        ("mustAppend", TWO, append),
        ("push", TWO, append),
        ("mustPush", TWO, append),
        ("prepend", TWO, prepend),
        ("mustPrepend", TWO, prepend),
        ("first", ANY, first),
        ("mustFirst", ANY, first),
        ("last", ANY, last),
        ("mustLast", ANY, last),
        ("rest", ONE, rest),
        ("mustRest", ONE, rest),
        ("initial", ONE, initial),
        ("mustInitial", ONE, initial),
        ("reverse", ONE, reverse),
        ("mustReverse", ONE, reverse),
        ("compact", ONE, compact),
        ("mustCompact", ONE, compact),
        ("uniq", ONE, uniq),
        ("mustUniq", ONE, uniq),
        ("without", SOME, without),
        ("mustWithout", SOME, without),
        ("has", "interface {}, interface {} -> bool", has),
        ("mustHas", "interface {}, interface {} -> bool", has),
        ("slice", "interface {}, ...interface {} -> interface {}", part),
        ("mustSlice", "interface {}, ...interface {} -> interface {}", part),
        ("concat", "...interface {} -> interface {}", concat),
        ("chunk", "int, interface {} -> [][]interface {}", chunk),
        ("mustChunk", "int, interface {} -> [][]interface {}", chunk),
        ("sortAlpha", "interface {} -> []string", sort_alpha),
        ("toStrings", "interface {} -> []string", to_strings),
    )
)
