"""Kinds that Kubernetes has deprecated: since when, until when they are served, and what takes their place. Pure.

Read from the API lifecycle marks of client-go 0.37.1, the version in Helm 4.3.1; kinds that are not here are not deprecated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deprecation:
    """One kind's marks; versions as (major, minor), `removed` None where no end is set, `use` empty without a successor."""

    since: tuple[int, int]
    removed: tuple[int, int] | None
    use: str

    def warning(self, api_version: str, kind: str) -> str:
        """What an API server says of it (apiserver deprecation.WarningMessage)."""
        text = f"{api_version} {kind} is deprecated in v{self.since[0]}.{self.since[1]}+"
        if self.removed:
            text += f", unavailable in v{self.removed[0]}.{self.removed[1]}+"
        return text + (f"; use {self.use}" if self.use else "")


# apiVersion, kind, since, removed, what to use: its apiVersion, and its kind where that differs
_TABLE = """
admissionregistration.k8s.io/v1alpha1 MutatingAdmissionPolicy 1.35 1.38
admissionregistration.k8s.io/v1alpha1 MutatingAdmissionPolicyBinding 1.35 1.38
admissionregistration.k8s.io/v1alpha1 MutatingAdmissionPolicyBindingList 1.35 1.38
admissionregistration.k8s.io/v1alpha1 MutatingAdmissionPolicyList 1.35 1.38
admissionregistration.k8s.io/v1alpha1 ValidatingAdmissionPolicy 1.29 1.32
admissionregistration.k8s.io/v1alpha1 ValidatingAdmissionPolicyBinding 1.29 1.32
admissionregistration.k8s.io/v1alpha1 ValidatingAdmissionPolicyBindingList 1.29 1.32
admissionregistration.k8s.io/v1alpha1 ValidatingAdmissionPolicyList 1.29 1.32
admissionregistration.k8s.io/v1beta1 MutatingAdmissionPolicy 1.37 1.40 admissionregistration.k8s.io/v1
admissionregistration.k8s.io/v1beta1 MutatingAdmissionPolicyBinding 1.37 1.40 admissionregistration.k8s.io/v1
admissionregistration.k8s.io/v1beta1 MutatingAdmissionPolicyBindingList 1.37 1.40 admissionregistration.k8s.io/v1
admissionregistration.k8s.io/v1beta1 MutatingAdmissionPolicyList 1.37 1.40 admissionregistration.k8s.io/v1
admissionregistration.k8s.io/v1beta1 MutatingWebhookConfiguration 1.16 1.22 admissionregistration.k8s.io/v1
admissionregistration.k8s.io/v1beta1 MutatingWebhookConfigurationList 1.16 1.22 admissionregistration.k8s.io/v1
admissionregistration.k8s.io/v1beta1 ValidatingAdmissionPolicy 1.31 1.34
admissionregistration.k8s.io/v1beta1 ValidatingAdmissionPolicyBinding 1.31 1.34
admissionregistration.k8s.io/v1beta1 ValidatingAdmissionPolicyBindingList 1.31 1.34
admissionregistration.k8s.io/v1beta1 ValidatingAdmissionPolicyList 1.31 1.34
admissionregistration.k8s.io/v1beta1 ValidatingWebhookConfiguration 1.16 1.22 admissionregistration.k8s.io/v1
admissionregistration.k8s.io/v1beta1 ValidatingWebhookConfigurationList 1.16 1.22 admissionregistration.k8s.io/v1
apps/v1beta1 ControllerRevision 1.8 1.16 apps/v1
apps/v1beta1 ControllerRevisionList 1.8 1.16 apps/v1
apps/v1beta1 Deployment 1.8 1.16 apps/v1
apps/v1beta1 DeploymentList 1.8 1.16 apps/v1
apps/v1beta1 DeploymentRollback 1.8 1.16 apps/v1
apps/v1beta1 Scale 1.8 1.16 autoscaling/v1
apps/v1beta1 StatefulSet 1.8 1.16 apps/v1
apps/v1beta1 StatefulSetList 1.8 1.16 apps/v1
apps/v1beta2 ControllerRevision 1.9 1.16 apps/v1
apps/v1beta2 ControllerRevisionList 1.9 1.16 apps/v1
apps/v1beta2 DaemonSet 1.9 1.16 apps/v1
apps/v1beta2 DaemonSetList 1.9 1.16 apps/v1
apps/v1beta2 Deployment 1.9 1.16 apps/v1
apps/v1beta2 DeploymentList 1.9 1.16 apps/v1
apps/v1beta2 ReplicaSet 1.9 1.16 apps/v1
apps/v1beta2 ReplicaSetList 1.9 1.16 apps/v1
apps/v1beta2 Scale 1.9 1.16 autoscaling/v1
apps/v1beta2 StatefulSet 1.9 1.16 apps/v1
apps/v1beta2 StatefulSetList 1.9 1.16 apps/v1
authentication.k8s.io/v1alpha1 SelfSubjectReview 1.29 1.32
authentication.k8s.io/v1beta1 SelfSubjectReview 1.30 1.33
authentication.k8s.io/v1beta1 TokenReview 1.19 1.22 authentication.k8s.io/v1
authorization.k8s.io/v1beta1 LocalSubjectAccessReview 1.19 1.22 authorization.k8s.io/v1
authorization.k8s.io/v1beta1 SelfSubjectAccessReview 1.19 1.22 authorization.k8s.io/v1
authorization.k8s.io/v1beta1 SelfSubjectRulesReview 1.19 1.22 authorization.k8s.io/v1
authorization.k8s.io/v1beta1 SubjectAccessReview 1.19 1.22 authorization.k8s.io/v1
batch/v1beta1 CronJob 1.21 1.25 batch/v1
batch/v1beta1 CronJobList 1.21 1.25 batch/v1
certificates.k8s.io/v1alpha1 ClusterTrustBundle 1.34 1.37
certificates.k8s.io/v1alpha1 ClusterTrustBundleList 1.34 1.37
certificates.k8s.io/v1beta1 CertificateSigningRequest 1.19 1.22 certificates.k8s.io/v1
certificates.k8s.io/v1beta1 CertificateSigningRequestList 1.19 1.22 certificates.k8s.io/v1
certificates.k8s.io/v1beta1 ClusterTrustBundle 1.37 1.40 certificates.k8s.io/v1
certificates.k8s.io/v1beta1 ClusterTrustBundleList 1.37 1.40 certificates.k8s.io/v1
certificates.k8s.io/v1beta1 PodCertificateRequest 1.37 1.40 certificates.k8s.io/v1
certificates.k8s.io/v1beta1 PodCertificateRequestList 1.37 1.40 certificates.k8s.io/v1
coordination.k8s.io/v1alpha2 LeaseCandidate 1.35 1.38
coordination.k8s.io/v1alpha2 LeaseCandidateList 1.35 1.38
coordination.k8s.io/v1beta1 Lease 1.19 1.22 coordination.k8s.io/v1
coordination.k8s.io/v1beta1 LeaseCandidate 1.36 1.39
coordination.k8s.io/v1beta1 LeaseCandidateList 1.36 1.39
coordination.k8s.io/v1beta1 LeaseList 1.19 1.22 coordination.k8s.io/v1
discovery.k8s.io/v1beta1 EndpointSlice 1.21 1.25 discovery.k8s.io/v1
discovery.k8s.io/v1beta1 EndpointSliceList 1.21 1.25 discovery.k8s.io/v1 EndpointSlice
events.k8s.io/v1beta1 Event 1.22 1.25
events.k8s.io/v1beta1 EventList 1.22 1.25
extensions/v1beta1 DaemonSet 1.8 1.16 apps/v1
extensions/v1beta1 DaemonSetList 1.8 1.16 apps/v1
extensions/v1beta1 Deployment 1.8 1.16 apps/v1
extensions/v1beta1 DeploymentList 1.8 1.16 apps/v1
extensions/v1beta1 DeploymentRollback 1.8 1.16
extensions/v1beta1 Ingress 1.14 1.22 networking.k8s.io/v1
extensions/v1beta1 IngressList 1.14 1.22 networking.k8s.io/v1
extensions/v1beta1 NetworkPolicy 1.9 1.16 networking.k8s.io/v1
extensions/v1beta1 NetworkPolicyList 1.9 1.16 networking.k8s.io/v1
extensions/v1beta1 ReplicaSet 1.8 1.16 apps/v1
extensions/v1beta1 ReplicaSetList 1.8 1.16 apps/v1
extensions/v1beta1 Scale 1.2 1.16
flowcontrol.apiserver.k8s.io/v1beta1 FlowSchema 1.23 1.26 flowcontrol.apiserver.k8s.io/v1beta3
flowcontrol.apiserver.k8s.io/v1beta1 FlowSchemaList 1.23 1.26 flowcontrol.apiserver.k8s.io/v1beta3
flowcontrol.apiserver.k8s.io/v1beta1 PriorityLevelConfiguration 1.23 1.26 flowcontrol.apiserver.k8s.io/v1beta3
flowcontrol.apiserver.k8s.io/v1beta1 PriorityLevelConfigurationList 1.23 1.26 flowcontrol.apiserver.k8s.io/v1beta3
flowcontrol.apiserver.k8s.io/v1beta2 FlowSchema 1.26 1.29 flowcontrol.apiserver.k8s.io/v1beta3
flowcontrol.apiserver.k8s.io/v1beta2 FlowSchemaList 1.26 1.29 flowcontrol.apiserver.k8s.io/v1beta3
flowcontrol.apiserver.k8s.io/v1beta2 PriorityLevelConfiguration 1.26 1.29 flowcontrol.apiserver.k8s.io/v1beta3
flowcontrol.apiserver.k8s.io/v1beta2 PriorityLevelConfigurationList 1.26 1.29 flowcontrol.apiserver.k8s.io/v1beta3
flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema 1.29 1.32 flowcontrol.apiserver.k8s.io/v1
flowcontrol.apiserver.k8s.io/v1beta3 FlowSchemaList 1.29 1.32 flowcontrol.apiserver.k8s.io/v1
flowcontrol.apiserver.k8s.io/v1beta3 PriorityLevelConfiguration 1.29 1.32 flowcontrol.apiserver.k8s.io/v1
flowcontrol.apiserver.k8s.io/v1beta3 PriorityLevelConfigurationList 1.29 1.32 flowcontrol.apiserver.k8s.io/v1
lifecycle.k8s.io/v1alpha1 Eviction 1.40 1.43
lifecycle.k8s.io/v1alpha1 EvictionList 1.40 1.43
lifecycle.k8s.io/v1alpha1 EvictionRequest 1.40 1.43
lifecycle.k8s.io/v1alpha1 EvictionRequestList 1.40 1.43
networking.k8s.io/v1beta1 IPAddress 1.34 1.37
networking.k8s.io/v1beta1 IPAddressList 1.34 1.37
networking.k8s.io/v1beta1 Ingress 1.19 1.22 networking.k8s.io/v1
networking.k8s.io/v1beta1 IngressClass 1.19 1.22 networking.k8s.io/v1 IngressClassList
networking.k8s.io/v1beta1 IngressClassList 1.19 1.22 networking.k8s.io/v1
networking.k8s.io/v1beta1 IngressList 1.19 1.22 networking.k8s.io/v1
networking.k8s.io/v1beta1 ServiceCIDR 1.34 1.37
networking.k8s.io/v1beta1 ServiceCIDRList 1.34 1.37
node.k8s.io/v1beta1 RuntimeClass 1.22 1.25
node.k8s.io/v1beta1 RuntimeClassList 1.22 1.25
policy/v1beta1 Eviction 1.22 1.25
policy/v1beta1 PodDisruptionBudget 1.21 1.25 policy/v1
policy/v1beta1 PodDisruptionBudgetList 1.21 1.25 policy/v1
rbac.authorization.k8s.io/v1beta1 ClusterRole 1.17 1.22 rbac.authorization.k8s.io/v1
rbac.authorization.k8s.io/v1beta1 ClusterRoleBinding 1.17 1.22 rbac.authorization.k8s.io/v1
rbac.authorization.k8s.io/v1beta1 ClusterRoleBindingList 1.17 1.22 rbac.authorization.k8s.io/v1
rbac.authorization.k8s.io/v1beta1 ClusterRoleList 1.17 1.22 rbac.authorization.k8s.io/v1
rbac.authorization.k8s.io/v1beta1 Role 1.17 1.22 rbac.authorization.k8s.io/v1
rbac.authorization.k8s.io/v1beta1 RoleBinding 1.17 1.22 rbac.authorization.k8s.io/v1
rbac.authorization.k8s.io/v1beta1 RoleBindingList 1.17 1.22 rbac.authorization.k8s.io/v1
rbac.authorization.k8s.io/v1beta1 RoleList 1.17 1.22 rbac.authorization.k8s.io/v1
resource.k8s.io/v1alpha3 DeviceTaintRule 1.36 1.39
resource.k8s.io/v1alpha3 DeviceTaintRuleList 1.36 1.39
resource.k8s.io/v1alpha3 ResourcePoolStatusRequest 1.39 1.42
resource.k8s.io/v1alpha3 ResourcePoolStatusRequestList 1.39 1.42
resource.k8s.io/v1beta1 DeviceClass 1.35 1.38
resource.k8s.io/v1beta1 DeviceClassList 1.35 1.38
resource.k8s.io/v1beta1 ResourceClaim 1.35 1.38
resource.k8s.io/v1beta1 ResourceClaimList 1.35 1.38
resource.k8s.io/v1beta1 ResourceClaimTemplate 1.35 1.38
resource.k8s.io/v1beta1 ResourceClaimTemplateList 1.35 1.38
resource.k8s.io/v1beta1 ResourceSlice 1.35 1.38
resource.k8s.io/v1beta1 ResourceSliceList 1.35 1.38
resource.k8s.io/v1beta2 DeviceClass 1.36 1.39
resource.k8s.io/v1beta2 DeviceClassList 1.36 1.39
resource.k8s.io/v1beta2 DeviceTaintRule 1.39 1.42
resource.k8s.io/v1beta2 DeviceTaintRuleList 1.39 1.42
resource.k8s.io/v1beta2 ResourceClaim 1.36 1.39
resource.k8s.io/v1beta2 ResourceClaimList 1.36 1.39
resource.k8s.io/v1beta2 ResourceClaimTemplate 1.36 1.39
resource.k8s.io/v1beta2 ResourceClaimTemplateList 1.36 1.39
resource.k8s.io/v1beta2 ResourceSlice 1.36 1.39
resource.k8s.io/v1beta2 ResourceSliceList 1.36 1.39
scheduling.k8s.io/v1beta1 PodGroup 1.40 1.43
scheduling.k8s.io/v1beta1 PodGroupList 1.40 1.43
scheduling.k8s.io/v1beta1 PriorityClass 1.14 1.22 scheduling.k8s.io/v1
scheduling.k8s.io/v1beta1 PriorityClassList 1.14 1.22 scheduling.k8s.io/v1
scheduling.k8s.io/v1beta1 Workload 1.40 1.43
scheduling.k8s.io/v1beta1 WorkloadList 1.40 1.43
storage.k8s.io/v1alpha1 CSIStorageCapacity 1.21 1.24 storage.k8s.io/v1beta1
storage.k8s.io/v1alpha1 CSIStorageCapacityList 1.21 1.24 storage.k8s.io/v1beta1
storage.k8s.io/v1alpha1 VolumeAttachment 1.21 1.24 storage.k8s.io/v1
storage.k8s.io/v1alpha1 VolumeAttachmentList 1.21 1.24 storage.k8s.io/v1
storage.k8s.io/v1alpha1 VolumeAttributesClass 1.32 1.35 storage.k8s.io/v1
storage.k8s.io/v1alpha1 VolumeAttributesClassList 1.32 1.35 storage.k8s.io/v1
storage.k8s.io/v1beta1 CSIDriver 1.19 1.22 storage.k8s.io/v1
storage.k8s.io/v1beta1 CSIDriverList 1.19 1.22 storage.k8s.io/v1
storage.k8s.io/v1beta1 CSINode 1.17 1.22 storage.k8s.io/v1
storage.k8s.io/v1beta1 CSINodeList 1.17 1.22 storage.k8s.io/v1 CSINode
storage.k8s.io/v1beta1 CSIStorageCapacity 1.24 1.27 storage.k8s.io/v1
storage.k8s.io/v1beta1 CSIStorageCapacityList 1.24 1.27 storage.k8s.io/v1
storage.k8s.io/v1beta1 StorageClass 1.19 1.22 storage.k8s.io/v1
storage.k8s.io/v1beta1 StorageClassList 1.19 1.22 storage.k8s.io/v1
storage.k8s.io/v1beta1 VolumeAttachment 1.19 1.22 storage.k8s.io/v1
storage.k8s.io/v1beta1 VolumeAttachmentList 1.19 1.22 storage.k8s.io/v1
storage.k8s.io/v1beta1 VolumeAttributesClass 1.34 1.37 storage.k8s.io/v1
storage.k8s.io/v1beta1 VolumeAttributesClassList 1.34 1.37 storage.k8s.io/v1
storagemigration.k8s.io/v1beta1 StorageVersionMigration 1.37 1.40 storagemigration.k8s.io/v1
storagemigration.k8s.io/v1beta1 StorageVersionMigrationList 1.37 1.40 storagemigration.k8s.io/v1
v1 ComponentStatus 1.19 -
v1 ComponentStatusList 1.19 -
v1 Endpoints 1.33 - discovery.k8s.io/v1 EndpointSlice
v1 EndpointsList 1.33 - discovery.k8s.io/v1 EndpointSliceList
"""


def _version(text: str) -> tuple[int, int]:
    major, _, minor = text.partition(".")
    return int(major), int(minor)


def _row(line: str) -> tuple[tuple[str, str], Deprecation]:
    api_version, kind, since, removed, *use = line.split()
    successor = f"{use[0]} {use[1] if len(use) > 1 else kind}" if use else ""
    return (api_version, kind), Deprecation(_version(since), None if removed == "-" else _version(removed), successor)


DEPRECATED: Mapping[tuple[str, str], Deprecation] = dict(map(_row, _TABLE.strip().splitlines()))
"""apiVersion and kind → the marks."""


def deprecation(api_version: str, kind: str, version: tuple[int, int]) -> str | None:
    """The warning for a kind that is deprecated in a Kubernetes version; None for every other."""
    found = DEPRECATED.get((api_version, kind))
    return found.warning(api_version, kind) if found is not None and found.since <= version else None
