"""Random templates: well-formed ones that may fail when run, and texts that are broken on purpose.

    python -m tests.engine.template.generated [--hours H] [--seed N]

compares well-formed ones with the real Helm for as long as is asked, and prints every difference.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

VALUES: dict[str, Any] = {
    "text": "hello world",
    "empty": "",
    "number": 3,
    "half": 2.5,
    "large": 1234567890,
    "yes": True,
    "no": False,
    "nothing": None,
    "list": ["a", "b", 1, None, {"x": 1}],
    "numbers": [3, 1, 2],
    "map": {"b": 1, "a": "z", "deep": {"er": {"x": "y"}}},
    "global": {"image": "nginx"},
}
FIELDS = [
    *(f".Values.{name}" for name in VALUES), ".Values", ".Values.map.deep.er.x", ".Values.map.deep", ".Values.missing",
    ".Values.missing.more", ".Values.text.field", ".Values.map.a", ".Release.Name", ".Release.Revision", ".Chart.Name",
    ".Chart.Missing", ".Capabilities.KubeVersion.Minor", ".Capabilities.KubeVersion", ".Template.Name", ".Files", ".", "$",
    "$.Values.text", "(.Values.missing).more", "(.Values.map).deep.er", ".Capabilities.APIVersions", ".Subcharts",
]  # fmt: skip
LITERALS = [
    '"str"', '"q\\"\\n\\u00e9"', "`raw`", "1", "-7", "0x1F", "1.5", "1e3", "'x'", "true", "false", "nil", "017", "1_000",
    "0b11", "2i", '""', "9223372036854775807", "0.1", "1e20",
]  # fmt: skip
ONE = [
    "not", "len", "quote", "upper", "toYaml", "toJson", "int", "float64", "kindOf", "typeOf", "trim", "first", "keys", "sortAlpha",
    "html", "js", "urlquery", "print", "println", "squote", "toString", "empty", "title", "int64", "b64enc", "fromYaml", "uniq",
    "toToml", "initial", "rest", "last", "reverse", "compact", "ceil",
]  # fmt: skip
TWO = [
    "eq", "ne", "lt", "le", "gt", "ge", "and", "or", "default", "index", "contains", "hasPrefix", "trunc",
    "add", "sub", "mul", "join", "splitList", "has", "hasKey", "get", "list", "dict", "append", "printf", "print", "coalesce",
    "cat", "trimSuffix", "kindIs", "required", "call", "slice", "include", "tpl", "without", "pick", "omit",
]  # fmt: skip
THREE = [
    "ternary",
    "replace",
    "index",
    "dict",
    "list",
    "printf",
    "substr",
    "or",
    "and",
    "eq",
    "set",
    "wrapWith",
    "max",
    "min",
]
ADDRESS = re.compile("0x[0-9a-f]{8,}|[0-9]{14,}")
FORMS = [
    '"%v"',
    '"%s"',
    '"%d"',
    '"%q"',
    '"%5.2f|"',
    '"%-6v|"',
    '"%T"',
    '"%x"',
    '"%+v"',
    '"%t %v"',
    '"%%%c"',
    '"%[2]v %[1]v"',
]


class Writer:
    """Writes one template."""

    def __init__(self, random_: random.Random) -> None:
        self.random = random_
        self.variables: list[str] = []
        self.loops = 0

    def pick(self, options: list[str]) -> str:
        return self.random.choice(options)

    def operand(self, depth: int) -> str:
        roll = self.random.random()
        if depth > 0 and roll < 0.3:
            return f"({self.pipeline(depth - 1)})" + (self.pick([".x", ".a.b", ""]) if roll < 0.04 else "")
        if self.variables and roll < 0.42:
            return self.pick(self.variables) + (".x" if roll > 0.4 else "")
        return self.pick(FIELDS if roll < 0.78 else LITERALS)

    def call(self, depth: int) -> str:
        roll = self.random.random()
        if roll < 0.45:
            return f"{self.pick(ONE)} {self.operand(depth)}"
        if roll < 0.85:
            name = self.pick(TWO)
            first = self.pick(FORMS) if name == "printf" else self.pick(['"t"', '"u"']) if name == "include" else None
            return f"{name} {first or self.operand(depth)} {self.operand(depth)}"
        name = self.pick(THREE)
        first = self.pick(FORMS) if name == "printf" else self.operand(depth)
        return f"{name} {first} {self.operand(depth)} {self.operand(depth)}"

    def pipeline(self, depth: int) -> str:
        stages = [self.call(depth) if self.random.random() < 0.6 else self.operand(depth)]
        while self.random.random() < 0.3 and len(stages) < 4:
            stage = self.pick(ONE) if self.random.random() < 0.7 else f"{self.pick(TWO)} {self.operand(0)}"
            stages.append(stage)
        return " | ".join(stages)

    def action(self, inside: str) -> str:
        left, right = self.pick(["{{ ", "{{- ", "{{"]), self.pick([" }}", " -}}", "}}"])
        return f"{left}{inside}{right}"

    def body(self, depth: int) -> str:
        return "".join(self.statement(depth) for _ in range(self.random.randint(1, 4)))

    def scoped(self, depth: int) -> str:
        known = len(self.variables)
        text = self.body(depth)
        del self.variables[known:]
        return text

    def statement(self, depth: int) -> str:
        roll = self.random.random()
        if depth <= 0 or roll < 0.45:
            return (
                self.pick(["text\n", "  key: ", " ", "\n\n", "é", "}"]) if roll < 0.2 else self.action(self.pipeline(2))
            )
        if roll < 0.58:
            name = f"$v{len(self.variables)}"
            text = self.action(f"{name} := {self.pipeline(1)}")
            self.variables.append(name)
            return text
        if roll < 0.62 and self.variables:
            return self.action(f"{self.pick(self.variables)} = {self.pipeline(1)}")
        if roll < 0.64 and self.loops:
            return self.action(self.pick(["break", "continue"]))
        if roll < 0.68:
            return self.action(f'template "{self.pick(["t", "u", "none"])}" {self.pick(["", self.operand(1)])}')
        return self.control(depth)

    def control(self, depth: int) -> str:
        word = self.pick(["if", "with", "range"])
        known = len(self.variables)
        declared = ""
        if self.random.random() < 0.4:
            names = [
                f"$w{depth}{number}" for number in range(2 if word == "range" and self.random.random() < 0.6 else 1)
            ]
            declared = ", ".join(names) + " := "
        head = self.action(f"{word} {declared}{self.pipeline(1)}")
        if declared:
            self.variables += names
        self.loops += word == "range"
        inside = self.scoped(depth - 1)
        self.loops -= word == "range"
        middle = ""
        if self.random.random() < 0.4:
            other = self.pick(["else", f"else {word} {self.operand(1)}" if word != "range" else "else"])
            middle = self.action(other) + self.scoped(depth - 1)
        del self.variables[known:]
        return head + inside + middle + self.action("end")


def well_formed(random_: random.Random) -> str:
    """A template that parses; two defines are there for it."""
    writer = Writer(random_)
    body = writer.body(3)
    return '{{ define "t" }}<{{ . }}>{{ end }}{{ define "u" }}{{ .x }}{{ include "t" . }}{{ end }}' + body


def broken(random_: random.Random) -> str:
    """A template with some of its characters changed, taken away or doubled."""
    text = list(well_formed(random_))
    for _ in range(random_.randint(1, 6)):
        at = random_.randrange(len(text) + 1)
        change = random_.random()
        if change < 0.4:
            del text[at : at + random_.randint(1, 4)]
        else:
            text.insert(at, random_.choice([*"{}()|.$\"'`\\-:=,\n 0xeéÿ²€", "{{", "}}", "/*", "*/", " -}}", "{{- "]))
    return "".join(text)


def write_chart(folder: Path, template: str) -> None:
    """A chart with that one template."""
    import json

    (folder / "templates").mkdir(parents=True, exist_ok=True)
    (folder / "Chart.yaml").write_text("apiVersion: v2\nname: c\nversion: 0.1.0\n")
    (folder / "values.yaml").write_text(json.dumps(VALUES))
    (folder / "templates" / "a.yaml").write_text(template, encoding="utf-8", errors="surrogateescape")


def ours(folder: Path) -> str:
    """What we render, or say."""
    from purehelm.engine import load_chart, render_templates
    from purehelm.engine.errors import EngineError

    try:
        return render_templates(load_chart(folder), {}, name="rel", namespace="default")["c/templates/a.yaml"]
    except EngineError as error:
        return f"ERROR {error}"


def helms(folder: Path, ask: Callable[..., dict[str, Any]]) -> str:
    """What Helm renders, or says."""
    answer = ask(path=str(folder), values={}, name="rel", namespace="default")
    return f"ERROR {answer['error']}" if answer.get("error") else answer["templates"]["c/templates/a.yaml"]


def unordered(template: str) -> bool:
    """Whether Go itself answers in random order, or with addresses."""
    return "keys" in template or "values" in template


def difference(template: str, folder: Path, ask: Callable[..., dict[str, Any]]) -> str | None:
    """How we differ from Helm, if we do."""
    write_chart(folder, template)
    want, got = (ADDRESS.sub("0xADDRESS", text) for text in (helms(folder, ask), ours(folder)))
    return None if want == got or unordered(template) else f"{template!r}\n  helm {want!r}\n  ours {got!r}"


def main() -> int:
    from tests.bed.parts import program
    from tests.conftest import Oracle

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    os.environ["TZ"] = "UTC"
    oracle, random_, count, found = Oracle(program("oracle")), random.Random(options.seed), 0, 0
    until = time.monotonic() + options.hours * 3600
    with tempfile.TemporaryDirectory() as scratch:
        while time.monotonic() < until:
            template = well_formed(random_) if random_.random() < 0.7 else broken(random_)
            try:
                text = difference(template, Path(scratch) / "c", oracle.ask)
            except ValueError:  # Go ran out of memory or stack, which ends its process: nothing to compare with
                oracle = Oracle(program("oracle"))
                continue
            count += 1
            if text:
                found += 1
                print(text, flush=True)
    print(f"seed {options.seed}: {count} templates, {found} different")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
