"""Calls of functions by a template's text, as charts write them."""

from __future__ import annotations

import pytest

from purehelm.engine.functions.registry import all_functions
from purehelm.engine.govalues import Values
from purehelm.engine.template.environment import render_text
from purehelm.engine.template.errors import TemplateExecError


def rendered(text: str) -> str:
    """What a template gives that sees one value, `.Values.a`."""
    return render_text(text, {"Values": Values({"a": 1.0})}, all_functions()).replace("<no value>", "")


def shown(call: str) -> str:
    """What a call gives: its text, its Go type and its JSON, separated by bars."""
    return rendered(f"{{{{ $x := {call} }}}}{{{{ $x }}}}|{{{{ typeOf $x }}}}|{{{{ toJson $x }}}}")


def fault(call: str) -> str:
    """Go's text of a call's error, from `error calling` on; of arguments that do not fit, what follows the last colon."""
    with pytest.raises(TemplateExecError) as caught:
        shown(call)
    _, calling, text = caught.value.go_text.partition("error calling")
    return calling + text if calling else caught.value.go_text.rpartition(": ")[2]
