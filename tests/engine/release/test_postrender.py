"""Files as one stream for a post-renderer, and back."""

from __future__ import annotations

import pytest

from purehelm.engine import yamlio
from purehelm.engine.errors import ManifestError
from purehelm.engine.release.postrender import FILENAME, merge_files, split_stream

PLAIN = "apiVersion: v1\nkind: A # why\nmetadata:\n  name: a\n"
DOCUMENTS = {
    "plain": PLAIN,
    "annotations": "kind: A\nmetadata:\n  annotations:\n    b: c\n  name: a\n",
    "deep": "kind: A\nmetadata:\n    annotations:\n        b: 'c'\nspec:\n- metadata:\n    annotations: {x: y}\n",
    "flow": "{kind: A, metadata: {name: a}}\n",
    "flow metadata": "kind: A\nmetadata: {name: a, annotations: {b: c}}\n",
    "no metadata": "kind: A\nspec: {a: 1}\n",
    "empty annotations": "kind: A\nmetadata:\n  annotations: {}\n  name: a\n",
    "nested first": "spec:\n  template:\n    metadata:\n      name: x\nmetadata:\n  name: a\nkind: A\n",
    "block": "kind: A\nmetadata:\n  name: a\ndata:\n  x: |\n    ---not\n    text\n",
}


@pytest.mark.parametrize("text", DOCUMENTS.values(), ids=DOCUMENTS)
def test_there_and_back(text: str) -> None:
    merged = merge_files({"c/templates/x.yaml": text})
    body = yamlio.load_kubernetes(merged)
    assert body["metadata"]["annotations"][FILENAME] == "c/templates/x.yaml"
    back = split_stream(merged)
    assert list(back) == ["c/templates/x.yaml"]
    wanted = yamlio.load_kubernetes(text)
    found = yamlio.load_kubernetes(back["c/templates/x.yaml"])
    for each in (wanted, found):
        each.setdefault("metadata", {})
        if not each["metadata"].get("annotations"):
            each["metadata"].pop("annotations", None)
    assert found == wanted


@pytest.mark.parametrize("name", ["plain", "annotations", "nested first", "block"])
def test_texts_are_kept(name: str) -> None:
    text = DOCUMENTS[name]
    assert split_stream(merge_files({"x.yaml": text})) == {"x.yaml": text}


def test_files_are_told_apart_and_partials_left_out() -> None:
    files = {
        "b.yaml": f"{PLAIN}---\n# only a comment\n---\n{PLAIN}",
        "a.yaml": PLAIN,
        "t/_p.tpl": "x: y",
        "empty.yaml": " \n",
    }
    merged = merge_files(files)
    assert merged.count("---\n") == 2
    assert split_stream(merged) == {"a.yaml": PLAIN, "b.yaml": f"{PLAIN}---\n{PLAIN}"}


def test_new_documents_get_files_of_their_own() -> None:
    assert split_stream(f"{PLAIN}---\n# c\n---\n[1]\n") == {
        "generated-by-postrender-0.yaml": PLAIN,
        "generated-by-postrender-1.yaml": "[1]\n",
    }


@pytest.mark.parametrize(
    ("files", "text"),
    [({"x.yaml": "a: [\n"}, "parsing x.yaml: "), ({"x.yaml": "- a\n"}, "annotating x.yaml: ")],
    ids=["broken", "list"],
)
def test_files_that_cannot_be_merged(files: dict[str, str], text: str) -> None:
    with pytest.raises(ManifestError) as caught:
        merge_files(files)
    assert str(caught.value).startswith(text)


def test_an_answer_that_is_no_yaml() -> None:
    with pytest.raises(ManifestError, match=r"^error parsing YAML: "):
        split_stream("a: [\n")
