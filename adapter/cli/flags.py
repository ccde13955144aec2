"""Helm's flags, as tables that commands put together."""

from __future__ import annotations

import os

from .flag import Flag


def _number(name: str, otherwise: int) -> int:
    """A number from the environment; what cannot be read counts as absent, as in Helm."""
    try:
        return int(os.environ.get(name, ""))
    except ValueError:
        return otherwise


GLOBAL = (
    Flag("namespace", "text", "namespace scope for this request", short="n"),
    Flag("kubeconfig", "text", "path to the kubeconfig file"),
    Flag("kube-context", "text", "name of the kubeconfig context to use"),
    Flag("kube-token", "text", "bearer token used for authentication"),
    Flag("kube-as-user", "text", "username to impersonate for the operation"),
    Flag(
        "kube-as-group",
        "texts",
        "group to impersonate for the operation, this flag can be repeated to specify multiple groups",
    ),
    Flag("kube-apiserver", "text", "the address and the port for the Kubernetes API server"),
    Flag("kube-ca-file", "text", "the certificate authority file for the Kubernetes API server connection"),
    Flag("kube-tls-server-name", "text", "server name to use for Kubernetes API server certificate validation"),
    Flag(
        "kube-insecure-skip-tls-verify", "bool", "if true, the Kubernetes API server's certificate will not be checked"
    ),
    Flag("debug", "bool", "enable verbose output"),
    Flag("registry-config", "text", "path to the registry config file"),
    Flag("repository-config", "text", "path to the file containing repository names and URLs"),
    Flag("repository-cache", "text", "path to the directory containing cached repository indexes"),
    Flag("content-cache", "text", "path to the directory containing cached content (e.g. charts)"),
    Flag(
        "burst-limit", "number", "accepted for Helm's sake: requests are limited by the server, not here", default=100
    ),
    Flag("qps", "text", "accepted for Helm's sake: requests are limited by the server, not here", default="0"),
    Flag("color", "text", "use colored output (never, auto, always)", default=""),
    Flag("colour", "text", "use colored output (never, auto, always)", default=""),
)

OUTPUT = (
    Flag(
        "output",
        "format",
        "prints the output in the specified format. Allowed values: table, json, yaml",
        short="o",
        default="table",
    ),
)

VALUES = (
    Flag("values", "list", "specify values in a YAML file or a URL (can specify multiple)", short="f"),
    Flag(
        "set",
        "texts",
        "set values on the command line (can specify multiple or separate values with commas: key1=val1,key2=val2)",
    ),
    Flag("set-string", "texts", "set STRING values on the command line"),
    Flag(
        "set-json", "texts", "set JSON values on the command line (key1=jsonval1,key2=jsonval2 or a whole JSON object)"
    ),
    Flag(
        "set-file", "texts", "set values from respective files specified via the command line (key1=path1,key2=path2)"
    ),
    Flag("set-literal", "texts", "set a literal STRING value on the command line"),
)

TLS = (
    Flag("cert-file", "text", "identify HTTPS client using this SSL certificate file", default=""),
    Flag("key-file", "text", "identify HTTPS client using this SSL key file", default=""),
    Flag("ca-file", "text", "verify certificates of HTTPS-enabled servers using this CA bundle", default=""),
    Flag("insecure-skip-tls-verify", "bool", "skip tls certificate checks for the chart download"),
)

CONNECTION = (
    Flag("username", "text", "chart repository username where to locate the requested chart", default=""),
    Flag("password", "text", "chart repository password where to locate the requested chart", default=""),
    *TLS,
    Flag("plain-http", "bool", "use insecure HTTP connections for the chart download"),
)

CHART = (
    Flag(
        "version",
        "text",
        "specify a version constraint for the chart version to use; the latest version if absent",
        default="",
    ),
    Flag("repo", "text", "chart repository url where to locate the requested chart", default=""),
    Flag("verify", "bool", "verify the package before using it"),
    Flag("keyring", "text", "location of public keys used for verification", default=""),
    Flag("pass-credentials", "bool", "pass credentials to all domains"),
    Flag(
        "devel",
        "bool",
        "use development versions, too. Equivalent to version '>0.0.0-0'. If --version is set, this is ignored",
    ),
    *CONNECTION,
)

TIMEOUT = (
    Flag(
        "timeout",
        "duration",
        "time to wait for any individual Kubernetes operation (like Jobs for hooks)",
        default=300.0,
    ),
)

WAIT = (
    Flag(
        "wait",
        "wait",
        "wait until resources are ready: watcher, hookOnly, legacy (bare: watcher)",
        default="hookOnly",
        bare="watcher",
    ),
    Flag("wait-for-jobs", "bool", "if set and --wait enabled, will wait until all Jobs have been completed"),
    *TIMEOUT,
)

DRY_RUN = (
    Flag(
        "dry-run", "text", "simulate the operation: none, client, server (bare: client)", default="none", bare="unset"
    ),
)

CHANGE = (
    Flag("force-replace", "bool", "force resource updates by replacement"),
    Flag("force", "bool", "force resource updates by replacement", deprecated="use --force-replace instead"),
    Flag("force-conflicts", "bool", "if set server-side apply will force changes against conflicts"),
    Flag("no-hooks", "bool", "prevent hooks from running"),
    Flag("description", "text", "add a custom description", default=""),
)

RENDER = (
    Flag(
        "disable-openapi-validation", "bool", "do not validate rendered templates against the Kubernetes OpenAPI Schema"
    ),
    Flag("skip-schema-validation", "bool", "if set, disables JSON schema validation"),
    Flag("skip-crds", "bool", "if set, no CRDs will be installed"),
    Flag("render-subchart-notes", "bool", "if set, render subchart notes along with the parent"),
    Flag("hide-notes", "bool", "if set, do not show notes in the output"),
    Flag("enable-dns", "bool", "enable DNS lookups when rendering templates"),
    Flag("dependency-update", "bool", "update dependencies if they are missing before installing the chart"),
    Flag("labels", "pairs", "Labels that would be added to release metadata. Should be divided by comma.", short="l"),
    Flag(
        "take-ownership", "bool", "ignore the check for helm annotations and take ownership of the existing resources"
    ),
    Flag("rollback-on-failure", "bool", "roll back (uninstall) upon failure; --wait defaults to watcher then"),
    Flag("atomic", "bool", "roll back upon failure", deprecated="use --rollback-on-failure instead"),
    Flag("post-renderer", "texts", "the path of an executable to be used for post rendering"),
    Flag("post-renderer-args", "texts", "an argument to the post-renderer (can specify multiple)"),
    Flag("create-namespace", "bool", "create the release namespace if not present"),
)

HIDE_SECRET = Flag("hide-secret", "bool", "hide Kubernetes Secrets when also using the --dry-run flag")

NAMING = (
    Flag("generate-name", "bool", "generate the name (and omit the NAME parameter)", short="g"),
    Flag("name-template", "text", "specify template used to name the release", default=""),
)

HISTORY_MAX = Flag(
    "history-max", "number", "limit the maximum number of revisions saved per release. Use 0 for no limit",
    default=_number("HELM_MAX_HISTORY", 10),
)  # fmt: skip

REVISION = (Flag("revision", "number", "the revision of the named release", default=0),)
