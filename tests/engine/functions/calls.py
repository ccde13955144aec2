"""Calls of functions by a template's text, as charts write them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from purehelm.engine import jsonio
from purehelm.engine.errors import YamlError
from purehelm.engine.functions import arithmetic, dicts, flow, kinds, lists, strings
from purehelm.engine.govalues import Values
from purehelm.engine.template.environment import render_text
from purehelm.engine.template.errors import TemplateExecError
from purehelm.engine.template.function import Function


@cache
def functions() -> Mapping[str, Function]:
    """The families under test, and toJson to look at their results."""
    families = (strings, lists, dicts, flow, kinds, arithmetic)
    table = {name: function for family in families for name, function in family.TABLE.items()}
    return {**table, "toJson": Function("toJson", _json, ("interface {}",), "string")}


def _json(value: Any) -> str:
    """Helm's toJson: the empty text for what JSON cannot say."""
    try:
        return jsonio.dumps(value)
    except YamlError:
        return ""


def shown(call: str) -> str:
    """What a call gives: its text, its Go type and its JSON, separated by bars."""
    text = f"{{{{ $x := {call} }}}}{{{{ $x }}}}|{{{{ typeOf $x }}}}|{{{{ toJson $x }}}}"
    return render_text(text, {"Values": Values({"a": 1.0})}, functions()).replace("<no value>", "")


def fault(call: str) -> str:
    """Go's text of a call's error, from `error calling` on; of arguments that do not fit, what follows the last colon."""
    with pytest.raises(TemplateExecError) as caught:
        shown(call)
    _, calling, text = caught.value.go_text.partition("error calling")
    return calling + text if calling else caught.value.go_text.rpartition(": ")[2]
