"""What an operation will do: steps as frozen data, and what to do when one fails. Pure data; no I/O happens here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, assert_never

from ..errors import InstallFailed, OperationFailed
from ..kube.cluster import Propagation
from ..release.model import Event, Release, Status
from ..shapes import KubeObject
from .options import RollbackOptions, UninstallOptions, WaitStrategy

Objects: TypeAlias = tuple[KubeObject, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """How objects are written (pkg/kube/client.go, the options of Create and Update).

    `migrate` hands fields of a client-side manager over to server-side apply; `three_way` merges custom kinds with their
    live state on client-side updates.
    """

    server_side: bool = True
    force_conflicts: bool = False
    force_replace: bool = False
    three_way: bool = False
    migrate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How long to wait, in seconds, and for what."""

    strategy: WaitStrategy = WaitStrategy.HOOK_ONLY
    timeout: float = 300.0
    jobs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateNamespace:
    """The release's namespace, where it is not there yet."""

    name: str
    server_side: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PruneRecords:
    """The oldest revisions, until so many are left."""

    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateRecord:
    """Store the operation's release as a new revision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRecord:
    """Store another revision as given; `strict` raises where that fails, else it is only told."""

    release: Release
    strict: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishRecord:
    """Store the operation's release with its last status; an empty description leaves the one it has."""

    status: Status
    description: str = ""
    strict: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SupersedeDeployed:
    """Store every revision that is still called deployed as superseded, the operation's own excepted."""

    strict: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeRecords:
    """Delete the records of these revisions."""

    revisions: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHooks:
    """The hooks of an event, one after the other. `error` frames what fails."""

    event: Event
    server_side: bool
    waiting: Waiting
    error: str = "{error}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateObjects:
    """Objects that are not there, kind by kind."""

    objects: Objects
    writing: Writing


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateObjects:
    """Make `objects` of `originals`: create, update, and delete what is no more wanted."""

    originals: Objects
    objects: Objects
    writing: Writing


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitReady:
    """Until objects are ready; with `defines` they are definitions, whose kinds are known afterwards."""

    objects: Objects
    waiting: Waiting
    defines: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteObjects:
    """Delete objects, in their order. `error` is what is raised where one cannot be deleted."""

    objects: Objects
    cascade: Propagation = "Background"
    error: str = "{error}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitGone:
    """Until objects are gone."""

    objects: Objects
    waiting: Waiting


Step: TypeAlias = (
    CreateNamespace | PruneRecords | CreateRecord | UpdateRecord | FinishRecord | SupersedeDeployed | PurgeRecords
    | RunHooks | CreateObjects | UpdateObjects | WaitReady | DeleteObjects | WaitGone
)  # fmt: skip

Undo: TypeAlias = RollbackOptions | UninstallOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class OnFailure:
    """What becomes of a failed step; in texts `{error}` stands for its error.

    `description`: the release's record becomes failed with this; None leaves it as it is.
    `error`: what is raised. `store`: other records written before, as given. `cleanup`: objects that the operation
    created are deleted. `undo`: another operation that runs then, `undone` framing the error after it, `not_undone`
    (with `{undo}`) where it fails itself.
    `collect`: the step's error is kept, the steps after it run, and the operation fails at its end.
    """

    description: str | None = None
    error: str = "{error}"
    store: tuple[Release, ...] = ()
    cleanup: bool = False
    not_cleaned: str = "{cleanup}"
    undo: Undo | None = None
    undone: str = "{error}"
    not_undone: str = "{error}: {undo}"
    collect: bool = False


RAISE = OnFailure()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A step, and what to do when it fails."""

    step: Step
    on_failure: OnFailure = RAISE


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An operation's stages, in order; `release` is the revision that it makes or changes."""

    verb: Literal["install", "upgrade", "rollback", "uninstall", "resume"]
    release: Release
    stages: tuple[Stage, ...]
    failure: type[OperationFailed] = InstallFailed
    stored: bool = False  # the release has a record before the plan begins
    collected: str = "{count} error(s): {errors}"  # the error of what was collected

    def text(self) -> str:
        """The plan in words, a line each, for people and tests."""
        head = f"{self.verb} {self.release.namespace}/{self.release.name} revision {self.release.revision}"
        return (
            "\n".join([head, *(f"  {describe(stage.step)}{_failing(stage.on_failure)}" for stage in self.stages)])
            + "\n"
        )


def describe(step: Step) -> str:
    """A step in words."""
    match step:
        case CreateNamespace():
            return f"create namespace {step.name}"
        case PruneRecords():
            return f"prune records to {step.limit}"
        case CreateRecord():
            return "create record"
        case UpdateRecord():
            return f"update record {step.release.revision}: {step.release.status}"
        case FinishRecord():
            return f"finish record: {step.status}" + (f" ({step.description})" if step.description else "")
        case SupersedeDeployed():
            return "supersede deployed records"
        case PurgeRecords():
            return f"delete records {', '.join(map(str, step.revisions))}"
        case RunHooks():
            return f"run hooks {step.event}"
        case _:
            return _describe_objects(step)


def _describe_objects(step: CreateObjects | UpdateObjects | WaitReady | DeleteObjects | WaitGone) -> str:
    match step:
        case CreateObjects():
            return f"create {named(step.objects)}"
        case UpdateObjects():
            return f"update {named(step.originals)} to {named(step.objects)}"
        case WaitReady():
            return f"wait ({step.waiting.strategy}) for {named(step.objects)}"
        case DeleteObjects():
            return f"delete {named(step.objects)}"
        case WaitGone():
            return f"wait ({step.waiting.strategy}) until gone: {named(step.objects)}"
        case _:
            assert_never(step)


def named(objects: Objects) -> str:
    """Objects by kind and name."""
    return ", ".join(f"{each['kind']}/{each['metadata'].get('name', '')}" for each in objects) or "nothing"


def _failing(failure: OnFailure) -> str:
    words = [f"record failed: {failure.description}"] if failure.description is not None else []
    words += [f"store record {release.revision}: {release.status}" for release in failure.store]
    if failure.cleanup:
        words.append("delete what was created")
    if failure.undo is not None:
        words.append("uninstall" if isinstance(failure.undo, UninstallOptions) else "roll back")
    return f" [else {'; '.join(words)}]" if words else ""
