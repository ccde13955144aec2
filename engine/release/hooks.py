"""Hooks: which documents are hooks, at which events and in which order they run, and what their policies say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from .head import Head
from .model import DeletePolicy, Event, Hook

HOOK = "helm.sh/hook"
WEIGHT = "helm.sh/hook-weight"
DELETE_POLICY = "helm.sh/hook-delete-policy"
OUTPUT_LOG_POLICY = "helm.sh/hook-output-log-policy"

EVENTS: Mapping[str, Event] = {
    **{event.value: event for event in Event},
    "test-success": Event.TEST,  # Helm 2's word
}
_INTEGER = re.compile(r"[+-]?[0-9]+")


def is_hook(head: Head) -> bool:
    """Whether the document is a hook, a known one or not: no part of the release's manifest."""
    return HOOK in head.annotations


def read_hook(head: Head, path: str, text: str) -> Hook | None:
    """The hook that a document is; None where one of its events is unknown: Helm drops such a document altogether.

    Helm: release/v1/util manifest_sorter.go.
    """
    events = [EVENTS.get(word) for word in _words(head.annotations[HOOK])]
    known = tuple(event for event in events if event is not None)
    if len(known) != len(events):
        return None
    return Hook(
        name=head.name,
        kind=head.kind,
        path=path,
        manifest=text,
        events=known,
        weight=_weight(head.annotations.get(WEIGHT, "")),
        delete_policies=_policies(head, DELETE_POLICY),
        output_log_policies=_policies(head, OUTPUT_LOG_POLICY),
    )


def _words(text: str) -> list[str]:
    return [word.strip().lower() for word in text.split(",")]


def _policies(head: Head, annotation: str) -> tuple[str, ...]:
    """The words of a policy; unknown ones stay, for the record shows them."""
    return tuple(_words(head.annotations[annotation])) if annotation in head.annotations else ()


def _weight(text: str) -> int:
    """The weight; 0 for what Go's Atoi refuses."""
    number = int(text) if _INTEGER.fullmatch(text) else 0
    return number if -(1 << 63) <= number < 1 << 63 else 0


def run_order(hooks: Iterable[Hook], event: Event) -> list[Hook]:
    """The hooks of an event in the order in which they run: by weight, then by name, then as they stand (by kind).

    A hook that names the event twice (`test,test-success`) runs twice, as in Helm. Their order of clean-up is the reverse.
    """
    named = [hook for hook in hooks for each in hook.events if each == event]
    return sorted(named, key=lambda hook: (hook.weight, hook.name))


def with_default_policy(hook: Hook) -> Hook:
    """The hook as it runs and is recorded: without a delete policy of its own it is deleted before it is created anew."""
    if hook.delete_policies:
        return hook
    return replace(hook, delete_policies=(DeletePolicy.BEFORE_HOOK_CREATION,))


def deletes(hook: Hook, policy: DeletePolicy) -> bool:
    """Whether the hook's object is to be deleted at this point; definitions of custom resources never are."""
    return hook.kind != "CustomResourceDefinition" and policy in hook.delete_policies


def shows_logs(hook: Hook, policy: DeletePolicy) -> bool:
    """Whether the hook's logs are to be shown; only jobs and pods have any."""
    return hook.kind in ("Job", "Pod") and policy in hook.output_log_policies
