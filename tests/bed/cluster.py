"""A real control plane on loopback: etcd, API server, controllers, scheduler, and nodes that kwok plays."""

from __future__ import annotations

import json
import ssl
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from .certificates import Authority, write_key
from .parts import HERE, program
from .processes import Processes, free_port

LOG_LINES = ("hello from the container", "done")


@dataclass(frozen=True, slots=True)
class Cluster:
    """One running control plane."""

    folder: Path
    port: int

    @property
    def kubeconfig(self) -> Path:
        """The administrator's."""
        return self.folder / "kubeconfig"

    def kubeconfig_for(self, user: str, *, groups: tuple[str, ...] = (), server: str | None = None) -> Path:
        """A kubeconfig for another user, or by way of another address (a proxy's)."""
        Authority(self.folder).issue(user, user, groups)
        path = self.folder / f"kubeconfig-{user}"
        path.write_text(self._config(user, server or f"https://127.0.0.1:{self.port}"))
        return path

    def _config(self, user: str, server: str) -> str:
        return json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "clusters": [
                    {"name": "bed", "cluster": {"server": server, "certificate-authority": f"{self.folder}/ca.crt"}}
                ],
                "users": [
                    {
                        "name": user,
                        "user": {
                            "client-certificate": f"{self.folder}/{user}.crt",
                            "client-key": f"{self.folder}/{user}.key",
                        },
                    }
                ],
                "contexts": [{"name": "bed", "context": {"cluster": "bed", "user": user}}],
                "current-context": "bed",
            },
            indent=1,
        )

    def call(self, method: str, path: str, body: object = None) -> bytes:
        """One request as the administrator."""
        context = ssl.create_default_context(cafile=str(self.folder / "ca.crt"))
        context.load_cert_chain(self.folder / "admin.crt", self.folder / "admin.key")
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"https://127.0.0.1:{self.port}{path}",
            data=data,
            method=method,
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, context=context, timeout=10) as answer:
            return bytes(answer.read())


def start_cluster(processes: Processes) -> Cluster:
    """Start it and wait until it answers and has nodes (about 5 s)."""
    folder = processes.folder
    authority = Authority(folder)
    authority.issue("server", "kube-apiserver")
    authority.issue("admin", "admin", ("system:masters",))
    write_key(folder / "sa.key")
    cluster = Cluster(folder, free_port())
    cluster.kubeconfig.write_text(cluster._config("admin", f"https://127.0.0.1:{cluster.port}"))

    client, peer = free_port(), free_port()
    processes.start(
        "etcd", program("etcd"), "--data-dir", folder / "etcd-data", "--unsafe-no-fsync",
        "--listen-client-urls", f"http://127.0.0.1:{client}", "--advertise-client-urls", f"http://127.0.0.1:{client}",
        "--listen-peer-urls", f"http://127.0.0.1:{peer}",
    )  # fmt: skip
    processes.start(
        "apiserver", program("kube-apiserver"), f"--etcd-servers=http://127.0.0.1:{client}",
        "--bind-address=127.0.0.1", f"--secure-port={cluster.port}", "--advertise-address=127.0.0.1",
        "--tls-cert-file=server.crt", "--tls-private-key-file=server.key", "--client-ca-file=ca.crt", f"--cert-dir={folder}",
        "--service-account-key-file=sa.pub", "--service-account-signing-key-file=sa.key",
        "--service-account-issuer=https://kubernetes.default.svc", "--authorization-mode=Node,RBAC",
        "--service-cluster-ip-range=10.0.0.0/16", "--allow-privileged=true", "--endpoint-reconciler-type=none",
        "--disable-admission-plugins=TaintNodesByCondition", "--kubelet-client-certificate=admin.crt",
        "--kubelet-client-key=admin.key", "--kubelet-certificate-authority=ca.crt",
        "--kubelet-preferred-address-types=InternalIP",
    )  # fmt: skip
    processes.wait_until("apiserver", lambda: cluster.call("GET", "/readyz") == b"ok")
    _start_controllers(processes, cluster)
    _start_nodes(processes, cluster)
    return cluster


def _start_controllers(processes: Processes, cluster: Cluster) -> None:
    config = f"--kubeconfig={cluster.kubeconfig}"
    processes.start(
        "controllers", program("kube-controller-manager"), config, f"--secure-port={free_port()}", "--bind-address=127.0.0.1",
        f"--cert-dir={cluster.folder}", "--use-service-account-credentials", "--service-account-private-key-file=sa.key",
        "--root-ca-file=ca.crt", "--cluster-signing-cert-file=ca.crt", "--cluster-signing-key-file=ca.key",
        "--leader-elect=false",
    )  # fmt: skip
    processes.start(
        "scheduler", program("kube-scheduler"), config, f"--secure-port={free_port()}", "--bind-address=127.0.0.1",
        f"--cert-dir={cluster.folder}", "--leader-elect=false",
    )  # fmt: skip


def _start_nodes(processes: Processes, cluster: Cluster) -> None:
    folder = cluster.folder
    (folder / "pod.log").write_text(
        "".join(f"2026-01-01T00:00:0{at}.000000000Z stdout F {line}\n" for at, line in enumerate(LOG_LINES))
    )
    logs = {
        "apiVersion": "kwok.x-k8s.io/v1alpha1",
        "kind": "ClusterLogs",
        "metadata": {"name": "all"},
        "spec": {"logs": [{"logsFile": f"{folder}/pod.log"}]},
    }
    stages = [
        program("node-stages.yaml").read_text(),
        *(path.read_text() for path in sorted((HERE / "stages").glob("*.yaml"))),
        json.dumps(logs),
    ]
    (folder / "stages.yaml").write_text("\n---\n".join(stages))
    port = free_port()
    processes.start(
        "kwok", program("kwok"), f"--kubeconfig={cluster.kubeconfig}", "--config=stages.yaml", "--manage-all-nodes=true",
        "--node-ip=127.0.0.1", f"--node-port={port}", f"--server-address=127.0.0.1:{port}", "--tls-cert-file=server.crt",
        "--tls-private-key-file=server.key", "--node-lease-duration-seconds=40",
    )  # fmt: skip
    room = {"cpu": "64", "memory": "256Gi", "pods": "500", "ephemeral-storage": "1Ti"}
    for number in (1, 2, 3):
        labels = {
            "kubernetes.io/hostname": f"node-{number}",
            "kubernetes.io/os": "linux",
            "kubernetes.io/arch": "amd64",
            "topology.kubernetes.io/zone": f"z{number}",
        }
        node = {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": f"node-{number}", "labels": labels},
            "status": {"allocatable": room, "capacity": room},
        }
        cluster.call("POST", "/api/v1/nodes", node)
    processes.wait_until(
        "controllers",
        lambda: (
            b'"name":"default"' in cluster.call("GET", "/api/v1/namespaces/default/serviceaccounts").replace(b" ", b"")
        ),
    )
