"""What templates see: .Values, .Release, .Chart, .Capabilities, .Files, .Template, .Subcharts (helm pkg/engine recAllTpls)."""

from __future__ import annotations

import base64
import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from .. import yamlio
from ..capabilities import Capabilities, KubeVersion
from ..chart.model import Chart, Dependency, Maintainer, Metadata
from ..errors import YamlError
from ..govalues import Addressed, Pointer, Slice, StringList, StringMap, Struct, TypedNil, Values
from ..template.function import Function, FunctionError, declare
from .glob import glob_filter

Context = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFacts:
    """What `.Release` says."""

    name: str
    namespace: str
    revision: int = 1
    is_install: bool = True
    is_upgrade: bool = False


class Files(dict[str, bytes]):
    """`.Files`: the chart's files that are neither templates nor metadata."""

    go_type: ClassVar[str] = "engine.files"
    go_kind: ClassVar[str] = "map"
    go_element: ClassVar[str] = "[]uint8"
    go_methods: ClassVar[Mapping[str, Function]] = {}
    __slots__ = ()

    def text(self, name: str) -> str:
        return self.get(name, b"").decode("utf-8", "surrogateescape")

    def content(self, name: str) -> bytes:
        return self.get(name, b"")

    def glob(self, pattern: str) -> Files:
        """The files whose whole names match; a bad pattern matches all."""
        matches = glob_filter(pattern).fullmatch
        return Files({name: data for name, data in self.items() if matches(name)})

    def as_config(self) -> str:
        """YAML of base names and texts."""
        return _yaml({posixpath.basename(name): self.text(name) for name in self})

    def as_secrets(self) -> str:
        """YAML of base names and base64."""
        return _yaml({posixpath.basename(name): base64.b64encode(data).decode() for name, data in self.items()})

    def lines(self, name: str) -> StringList:
        """A file's lines, without the end that the last line may have."""
        text = self.text(name)
        return StringList(text.removesuffix("\n").split("\n")) if text else StringList()


def _yaml(value: Mapping[str, Any]) -> str:
    try:
        return yamlio.dump(value).removesuffix("\n")
    except YamlError:
        return ""


Files.go_methods = declare(
    [
        ("Get", "string -> string", Files.text),
        ("GetBytes", "string -> []uint8", Files.content),
        ("Glob", "string -> engine.files", Files.glob),
        ("AsConfig", " -> string", Files.as_config),
        ("AsSecrets", " -> string", Files.as_secrets),
        ("Lines", "string -> []string", Files.lines),
    ]
)


class VersionSet(Slice):
    """`.Capabilities.APIVersions`"""

    go_type: ClassVar[str] = "common.VersionSet"
    go_kind: ClassVar[str] = "slice"
    go_element: ClassVar[str] = "string"
    go_methods: ClassVar[Mapping[str, Function]] = {}
    __slots__ = ()


VersionSet.go_methods = declare([("Has", "string -> bool", lambda versions, version: version in versions)])


def lower_fields(facts: Struct) -> dict[str, Any]:
    """A struct's fields as goyaml names those that have no names of their own."""
    return {name.lower(): getter(facts) for name, getter in facts.go_fields.items()}


class KubeVersionCopy(Struct):
    """`.Capabilities.KubeVersion` as functions get it: printed by its fields."""

    go_type: ClassVar[str] = "common.KubeVersion"
    go_fields: ClassVar[Mapping[str, Callable[[Any], Any]]] = {
        "Version": lambda facts: facts.version.version,
        "Major": lambda facts: facts.version.major,
        "Minor": lambda facts: facts.version.minor,
    }
    go_hidden: ClassVar[frozenset[str]] = frozenset(("normalizedVersion",))
    go_methods: ClassVar[Mapping[str, Function]] = declare(
        [
            ("String", " -> string", lambda facts: str(facts.version)),
            ("GitVersion", " -> string", lambda facts: facts.version.version),
        ]
    )
    __slots__ = ("version",)

    def __init__(self, version: KubeVersion) -> None:
        self.version = version

    def go_items(self) -> list[tuple[str, Any]]:
        version = self.version
        return [
            ("Version", version.version),
            ("normalizedVersion", version.normalized),
            ("Major", version.major),
            ("Minor", version.minor),
        ]

    def go_json(self) -> dict[str, str]:
        return {name: getter(self) for name, getter in self.go_fields.items()}

    go_yaml = lower_fields


class KubeVersionFacts(KubeVersionCopy, Addressed):
    """`.Capabilities.KubeVersion` in its place: printed by an action as its text."""

    __slots__ = ()

    def go_addressed(self) -> str:
        return str(self.version)

    def go_copied(self) -> KubeVersionCopy:
        return KubeVersionCopy(self.version)


class HelmVersionFacts(Struct):
    """`.Capabilities.HelmVersion`"""

    go_type: ClassVar[str] = "version.BuildInfo"
    go_fields: ClassVar[Mapping[str, Callable[[Any], Any]]] = {
        "Version": lambda facts: ".".join(facts.version.split(".")[:2]),
        "GitCommit": lambda facts: "",
        "GitTreeState": lambda facts: "",
        "GoVersion": lambda facts: "go1.26.8",
        "KubeClientVersion": lambda facts: "v1.37",
    }
    __slots__ = ("version",)

    def __init__(self, version: str) -> None:
        self.version = version

    def go_json(self) -> dict[str, str]:
        fields = self.go_fields
        return {
            "version": fields["Version"](self),
            "go_version": fields["GoVersion"](self),
            "kube_client_version": fields["KubeClientVersion"](self),
        }

    go_yaml = lower_fields


class CapabilityFacts(Pointer):
    """`.Capabilities`"""

    go_type: ClassVar[str] = "*common.Capabilities"
    go_fields: ClassVar[Mapping[str, Callable[[Any], Any]]] = {
        "KubeVersion": lambda facts: facts.kube_version,
        "APIVersions": lambda facts: facts.api_versions,
        "HelmVersion": lambda facts: facts.helm_version,
    }
    go_methods: ClassVar[Mapping[str, Function]] = declare([("Copy", " -> *common.Capabilities", lambda facts: facts)])
    __slots__ = ("api_versions", "helm_version", "kube_version")

    def __init__(self, capabilities: Capabilities) -> None:
        self.kube_version = KubeVersionFacts(capabilities.kube_version)
        self.api_versions = VersionSet(capabilities.api_versions)
        self.helm_version = HelmVersionFacts(capabilities.helm_version)

    def go_json(self) -> dict[str, Any]:
        return {name: getter(self) for name, getter in self.go_fields.items()}

    go_yaml = lower_fields


class SharedValues(Values):
    """A subchart's `.Values`: the same table as its parent's section, held as common.Values; changes reach the section."""

    __slots__ = ("_section",)

    def __init__(self, section: dict[str, Any]) -> None:
        super().__init__(section)
        self._section = section

    @property
    def go_plain(self) -> dict[str, Any]:
        """The section itself: what set and merge give for it."""
        return self._section

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, value)
        self._section[key] = value

    def __delitem__(self, key: str) -> None:
        super().__delitem__(key)
        self._section.pop(key, None)

    def pop(self, key: str, *default: Any) -> Any:
        self._section.pop(key, None)
        return super().pop(key, *default)

    def update(self, *others: Any, **more: Any) -> None:
        for key, value in dict(*others, **more).items():
            self[key] = value


class SubchartContext(Values):
    """A subchart's whole context."""

    __slots__ = ()

    def go_field(self, name: str) -> Any:
        value = self[name]
        return SharedValues(value) if name == "Values" and value.__class__ is dict else value


def _table(values: Values, name: str) -> Values:
    """A table by its dotted path (common.Values Table)."""
    found: Any = values
    for part in name.split("."):
        below = found.get(part)
        if not isinstance(below, dict):
            raise FunctionError(f'"{part}" is not a table')
        found = below
    return found if isinstance(found, Values) else SharedValues(found)


def _path_value(values: Values, path: str) -> Any:
    if not path:
        raise FunctionError("YAML path cannot be empty")
    *tables, key = path.split(".")
    try:
        table = _table(values, ".".join(tables)) if tables else values
    except FunctionError:
        table = Values()
    if key in table and not isinstance(table[key], dict):
        return table[key]
    raise FunctionError(f'"{key}" is not a value')


def _as_map(values: Values) -> dict[str, Any]:
    return dict(values)


def _values_yaml(values: Values) -> str:
    try:
        return yamlio.dump(values)
    except YamlError as error:
        raise FunctionError(str(error)) from error


Values.go_methods = declare(
    [
        ("YAML", " -> string", _values_yaml),
        ("Table", "string -> common.Values", _table),
        ("AsMap", " -> map[string]interface {}", _as_map),
        ("PathValue", "string -> interface {}", _path_value),
    ]
)


def metadata_map(metadata: Metadata, *, root: bool) -> dict[str, Any]:
    """`.Chart`: Chart.yaml with Go's names."""
    return {
        "Name": metadata.name,
        "Home": metadata.home,
        "Sources": list(metadata.sources),
        "Version": metadata.version,
        "Description": metadata.description,
        "Keywords": list(metadata.keywords),
        "Maintainers": [_maintainer(each) for each in metadata.maintainers],
        "Icon": metadata.icon,
        "APIVersion": metadata.api_version,
        "Condition": metadata.condition,
        "Tags": metadata.tags,
        "AppVersion": metadata.app_version,
        "Deprecated": metadata.deprecated,
        "Annotations": StringMap(metadata.annotations)
        if metadata.annotations
        else TypedNil("map[string]string", "map"),
        "KubeVersion": metadata.kube_version,
        "Dependencies": [_dependency(each) for each in metadata.dependencies],
        "Type": metadata.type,
        "IsRoot": root,
    }


def _maintainer(maintainer: Maintainer) -> dict[str, Any]:
    return {"Name": maintainer.name, "Email": maintainer.email, "URL": maintainer.url}


def _dependency(entry: Dependency) -> dict[str, Any]:
    return {
        "Name": entry.name,
        "Version": entry.version,
        "Repository": entry.repository,
        "Condition": entry.condition,
        "Tags": list(entry.tags),
        "Enabled": entry.enabled,
        "ImportValues": list(entry.import_values),
        "Alias": entry.alias,
    }


@dataclass(frozen=True, slots=True)
class Source:
    """A template file with what it sees."""

    text: str
    context: Context
    base_path: str


def release_map(release: ReleaseFacts) -> dict[str, Any]:
    """`.Release`"""
    return {
        "Name": release.name,
        "Namespace": release.namespace,
        "IsUpgrade": release.is_upgrade,
        "IsInstall": release.is_install,
        "Revision": release.revision,
        "Service": "Helm",
    }


def sources(
    chart: Chart, values: Mapping[str, Any], release: ReleaseFacts, capabilities: Capabilities
) -> dict[str, Source]:
    """Every template of a chart and its subcharts by its full path. `values` are the coalesced ones."""
    found: dict[str, Source] = {}
    top = {
        "Release": release_map(release),
        "Capabilities": CapabilityFacts(capabilities),
        "Values": values if isinstance(values, Values) else Values(values),
    }
    _collect(chart, top, chart.name, found, root=True)
    return found


def _collect(chart: Chart, parent: Context, path: str, found: dict[str, Source], *, root: bool) -> Context:
    subcharts: dict[str, Any] = {}
    context: Context = Values() if root else SubchartContext()
    context.update(
        Chart=metadata_map(chart.metadata, root=root),
        Files=Files({file.name: file.data for file in chart.files}),
        Release=parent["Release"],
        Capabilities=parent["Capabilities"],
        Values=parent["Values"] if root else _section(parent["Values"], chart.name),
        Subcharts=subcharts,
    )
    for child in chart.dependencies:
        subcharts[child.name] = _collect(child, context, f"{path}/charts/{child.name}", found, root=False)
    library = chart.is_library
    base_path = posixpath.join(path, "templates")
    for file in chart.templates:
        if library and not posixpath.basename(file.name).startswith("_"):
            continue
        text = file.data.decode("utf-8", "surrogateescape")
        found[posixpath.normpath(f"{path}/{file.name}")] = Source(text, context, base_path)
    return context


def _section(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A subchart's section: its name is a dotted path, as in Helm; nothing where there is no such table."""
    section: Any = values
    for part in name.split("."):
        section = section.get(part)
        if not isinstance(section, dict):
            return Values()
    found: dict[str, Any] = section
    return found
