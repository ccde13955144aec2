"""The slower template functions, ours beside Helm's: `python -m benchmarks.functions [--seconds S] [--filter TEXT]`.

Each call stands in a loop of a template, and its time is the loop's less an empty loop's, through the count. Helm's side is
the oracle (tests/bed), asked to render the same chart; both run in turns in warm processes. The ratio is ours through Helm's.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import geometric_mean, seconds
from purehelm.engine.chart.load import load_path
from purehelm.engine.release.render import render_templates
from tests.bed.parts import program

ROUNDS = 5
MOST = 4**8  # calls in one loop
TEMPLATE = "templates/t.txt"
# Each as (name, what comes before the loop, the call).
CALLS = (
    ("regexMatch", "", 'regexMatch "^[a-z0-9.]+(:[0-9]+)?$" "registry.example:5000"'),
    ("regexFindAll", "", 'regexFindAll "[a-z]+" "one two three four five" -1'),
    ("regexReplaceAll", "", 'regexReplaceAll "(\\\\w+)@(\\\\w+)" "me@here you@there" "${2}.$1"'),
    ("regexSplit", "", 'regexSplit "[,;] *" "a, b; c,d" -1'),
    ("date", "", 'dateInZone "Mon, 02 Jan 2006 15:04:05 MST" 1700000000 "Europe/Zurich"'),
    ("toDate", "", 'toDate "2006-01-02T15:04:05Z07:00" "2024-02-29T12:13:14+01:00"'),
    ("dateModify", '{{ $t := toDate "2006" "2024" }}', 'dateModify "-1.5h" $t'),
    ("durationRound", "", 'durationRound "2h10m5s"'),
    ("toYaml", "", "toYaml $.Values"),
    ("fromYaml", "{{ $text := toYaml .Values }}", "fromYaml $text"),
    ("toJson", "", "toJson $.Values"),
    ("fromJson", "{{ $text := toJson .Values }}", "fromJson $text"),
    ("toToml", "", "toToml $.Values"),
    ("printf", "", 'printf "%s-%05d %-10q %v" "name" 42 "quoted" $.Values.list'),
    ("merge", "", "merge (dict) $.Values"),
    ("mergeOverwrite", "", 'mergeOverwrite (dict "a" 1) $.Values'),
    ("deepCopy", "", "deepCopy $.Values"),
    ("tpl", "", 'tpl "{{ .Values.name }}-{{ .Release.Name }}" $'),
    ("semverCompare", "", 'semverCompare ">=1.19-0 <2.0.0" "v1.33.1+k3s1"'),
    ("urlParse", "", 'urlParse "https://user:pw@host:8443/a%20b?q=1#f"'),
    ("b64enc, b64dec", "", 'b64enc "some secret text" | b64dec'),
    ("sha256sum", "", "sha256sum (toJson $.Values)"),
    ("snakecase", "", 'snakecase "HTTPServerName2"'),
    ("sortAlpha", "", "sortAlpha $.Values.list"),
    ("randAlphaNum", "", "randAlphaNum 32"),
    ("bcrypt", "", 'bcrypt "password"'),
    ("derivePassword", "", 'derivePassword 1 "long" "password" "user" "example.com"'),
    ("encryptAES", "", 'encryptAES "key" "plain text"'),
    ("genPrivateKey ecdsa", "", 'genPrivateKey "ecdsa"'),
    ("genCA", "", 'genCA "ca" 365'),
    ("genSignedCert", '{{ $ca := genCA "ca" 365 }}', 'genSignedCert "x" nil (list "x.svc") 365 $ca'),
)
VALUES = {
    "name": "shop",
    "list": [f"item-{number:02d}" for number in range(20, 0, -1)],
    "image": {"repository": "registry.example/shop", "tag": "1.2.3", "pullPolicy": "IfNotPresent"},
    "resources": {"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "100m", "memory": "128Mi"}},
    "env": [{"name": f"VARIABLE_{number}", "value": f"value {number}"} for number in range(10)],
    "text": "line one\nline two\n",
}


class Kitchen:
    """A chart of one template that both render."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "templates").mkdir()
        (folder / "Chart.yaml").write_text("apiVersion: v2\nname: c\nversion: 1.0.0\n")
        self.oracle = subprocess.Popen(
            [str(program("oracle"))], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def cook(self, before: str, call: str, count: int) -> tuple[Callable[[], object], Callable[[], object]]:
        """What renders so many calls, ours and Helm's."""
        body = f"{{{{ $_ := {call} }}}}" if call else ""
        text = f"{before}{{{{ range until {count} }}}}{body}{{{{ end }}}}"
        (self.folder / TEMPLATE).write_text(text)
        chart = load_path(self.folder)
        return lambda: render_templates(chart, VALUES, name="r", namespace="n"), self._ask

    def _ask(self) -> None:
        assert self.oracle.stdin is not None
        assert self.oracle.stdout is not None
        request = {"path": str(self.folder), "values": VALUES, "name": "r", "namespace": "n"}
        self.oracle.stdin.write(json.dumps(request) + "\n")
        self.oracle.stdin.flush()
        answer = json.loads(self.oracle.stdout.readline())
        if answer.get("error"):
            raise RuntimeError(answer["error"])

    def measure(self, before: str, call: str, count: int) -> tuple[float, float]:
        """Seconds of so many calls, ours and Helm's: the fastest of some rounds in turns, as the machine only makes them slower."""
        ours, helms = self.cook(before, call, count)
        ours()
        pairs = [(seconds(ours), seconds(helms)) for _ in range(ROUNDS)]
        return min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)

    def close(self) -> None:
        """End Helm's side."""
        self.oracle.communicate()


def per_call(kitchen: Kitchen, before: str, call: str, least: float) -> tuple[float, float]:
    """Seconds of one call, ours and Helm's, from so many that both loops take long enough to be told from empty ones."""
    count = 1
    while True:
        full, empty = kitchen.measure(before, call, count), kitchen.measure(before, "", count)
        ours, helms = (whole - rest for whole, rest in zip(full, empty, strict=True))
        if (min(ours, helms) >= least / 10 and max(ours, helms) >= least) or count >= MOST:
            return ours / count, helms / count
        count *= 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=0.1, help="at least, of the slower one's loop")
    parser.add_argument("--filter", default="")
    options = parser.parse_args()
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        kitchen = Kitchen(Path(folder))
        for name, before, call in CALLS:
            if options.filter not in name:
                continue
            ours, helms = per_call(kitchen, before, call, options.seconds)
            if min(ours, helms) <= 0:
                print(f"{name:<22} too fast to be told from an empty loop")
                continue
            ratios.append(ours / helms)
            print(f"{name:<22} {ours * 1e6:12.2f} us | helm {helms * 1e6:12.2f} us | ratio {ours / helms:7.2f}")
        kitchen.close()
    if ratios:
        print(f"geometric mean of {len(ratios)} ratios: {geometric_mean(ratios):.2f}")


if __name__ == "__main__":
    main()
