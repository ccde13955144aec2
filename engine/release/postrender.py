"""Rendered files as one YAML stream for a post-renderer, and back into files (pkg/action/action.go annotateAndMerge).

Each document carries its file's path in an annotation meanwhile. Documents keep their text as far as that is possible:
the annotation is written into it and taken out again; where the text does not allow that it is written anew.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .. import yamlio
from ..errors import ManifestError, YamlError
from .manifest import SPACE, split

FILENAME = "postrenderer.helm.sh/postrender-filename"
_LINE = re.compile(rf"^[ ]*(['\"]?){re.escape(FILENAME)}\1[ ]*:.*\n?", re.MULTILINE)
_EMPTY = re.compile(r"^([ ]*)annotations:[ ]*(\{\}|null|~)?[ ]*\n(?!\1[ ])", re.MULTILINE)
_METADATA = re.compile(r"^metadata:[ ]*\n(?P<indent>[ ]+)", re.MULTILINE)
_ANNOTATIONS = "annotations:"


def merge_files(files: Mapping[str, str]) -> str:
    """The stream that a post-renderer gets. Raises ManifestError for a document that is no YAML."""
    documents = [
        _annotated(document, path)
        for path in sorted(files)
        if not path.rpartition("/")[2].startswith("_")
        for document in split(files[path])
    ]
    return "---\n".join(text for text in documents if text)


def _annotated(text: str, path: str) -> str:
    """The document with its path; empty for one that holds comments only."""
    body = _body(text, f"parsing {path}: ")
    if body is None:
        return ""
    if not isinstance(body, dict):
        raise ManifestError(f"annotating {path}: wrong Node Kind: expected a mapping")
    wanted = _with_path(body, path)
    for candidate in _candidates(text, yamlio.dump(path).strip()):
        try:
            if yamlio.load_kubernetes(candidate) == wanted:
                return _ended(candidate)
        except YamlError:
            continue
    return yamlio.dump(wanted)


def _with_path(body: dict[str, Any], path: str) -> dict[str, Any]:
    metadata = body.get("metadata") or {}
    return {**body, "metadata": {**metadata, "annotations": {**(metadata.get("annotations") or {}), FILENAME: path}}}


def _candidates(text: str, path: str) -> list[str]:
    """Texts that may be the document with one annotation more."""
    found = _METADATA.search(text)
    if found is None:
        return []
    indent, start = found["indent"], found.start("indent")
    own = re.compile(rf"^{indent}annotations:[ ]*\n(?P<indent>{indent}[ ]+)", re.MULTILINE).search(text, start)
    candidates: list[str] = []
    if own is not None:
        at = own.start("indent")
        candidates.append(f"{text[:at]}{own['indent']}{FILENAME}: {path}\n{text[at:]}")
    line = f"{indent}{_ANNOTATIONS}\n{indent}  {FILENAME}: {path}\n"
    candidates.append(text[:start] + line + text[start:])
    return candidates


def split_stream(text: str) -> dict[str, str]:
    """A post-renderer's answer as files; documents without a path get one of their own. Raises ManifestError."""
    files: dict[str, list[str]] = {}
    for at, document in enumerate(_documents(text)):
        body = _body(document, "error parsing YAML: ")
        metadata = body.get("metadata") if isinstance(body, dict) else None
        annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
        path = annotations.get(FILENAME) if isinstance(annotations, dict) else None
        if path:
            document = _plain(document, body)
        files.setdefault(str(path or f"generated-by-postrender-{at}.yaml"), []).append(_ended(document))
    return {path: "---\n".join(documents) for path, documents in files.items()}


def _documents(text: str) -> list[str]:
    return [document for document in split(text) if _body(document, "error parsing YAML: ") is not None]


def _plain(text: str, body: dict[str, Any]) -> str:
    """The document without its path, and without annotations that are empty then."""
    metadata = body["metadata"]
    annotations = {key: value for key, value in metadata["annotations"].items() if key != FILENAME}
    rest = {key: value for key, value in metadata.items() if key != "annotations"}
    wanted = {**body, "metadata": rest | ({"annotations": annotations} if annotations else {})}
    without = _LINE.sub("", text, count=1)
    for candidate in (without, _EMPTY.sub("", without, count=1)):
        try:
            if yamlio.load_kubernetes(candidate) == wanted:
                return candidate
        except YamlError:
            continue
    return yamlio.dump(wanted)


def _body(text: str, prefix: str) -> Any:
    try:
        return yamlio.load_kubernetes(text)
    except YamlError as error:
        raise ManifestError(f"{prefix}{error}") from error


def _ended(text: str) -> str:
    return text.rstrip(SPACE) + "\n"
