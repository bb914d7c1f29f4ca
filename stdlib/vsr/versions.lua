--- What depends on the version of Kubernetes. It only computes, so that a runbook can refuse what does not go together
--- before anything is touched.
local versions = {}

--- The first minor version with a package repository of its own, and the last one with PodSecurityPolicy.
local FIRST_REPOSITORY, LAST_POLICY = 24, 24

--- The oldest version whose objects and flags these modules know (server-side apply, `apiextensions.k8s.io/v1`), and
--- the newest one.
local OLDEST, NEWEST = 20, 37

--- The first minor version whose kubelet refuses cgroup v1 (https://github.com/kubernetes/enhancements/issues/5573).
local CGROUP_V2 = 35

--- The registry of Kubernetes' own images since k8s.gcr.io was frozen on 2023-04-03.
versions.IMAGES = "registry.k8s.io"

--- Versions of APIs that manifests of network plugins have, and the minor version that dropped them
--- (https://kubernetes.io/docs/reference/using-api/deprecation-guide).
versions.DROPPED_APIS = {
  ["extensions/v1beta1"] = 16,
  ["apiextensions.k8s.io/v1beta1"] = 22,
  ["rbac.authorization.k8s.io/v1beta1"] = 22,
  ["policy/v1beta1"] = 25,
}

--- The image of a pod's sandbox that kubeadm names, from a minor version on (PauseVersion in its constants.go).
local PAUSE = {
  { 36, "3.10.2" }, { 34, "3.10.1" }, { 31, "3.10" }, { 26, "3.9" }, { 25, "3.8" }, { 24, "3.7" }, { 23, "3.6" },
  { 22, "3.5" }, { 21, "3.4.1" }, { 20, "3.2" },
}

local function pause(minor)
  for _, entry in ipairs(PAUSE) do
    if minor >= entry[1] then
      return entry[2]
    end
  end
end

--- @param minor integer
--- @return string[] taints that kubeadm puts on a control-plane node
local function taints(minor)
  local found = {}
  if minor <= 24 then
    found[#found + 1] = "node-role.kubernetes.io/master"
  end
  if minor >= 24 then
    found[#found + 1] = "node-role.kubernetes.io/control-plane"
  end
  return found
end

--- Where kubeadm has to be told that coredns is at `registry.k8s.io/coredns/coredns`: while its own registry is
--- k8s.gcr.io, it looks for `coredns` in any other one (https://github.com/kubernetes/kubeadm/issues/2761). The first
--- two releases with the longer name took it for all registries (https://github.com/kubernetes/kubeadm/issues/2501).
local function dns_images(minor, patch)
  if minor >= 21 and minor <= 24 and (minor > 21 or patch >= 2) then
    return versions.IMAGES .. "/coredns"
  end
end

--- What a version of Kubernetes wants.
---
--- `packages` is the pattern of its Debian packages' version; `repository` the public package repository, nil where
--- there is none any more; `cri_socket` containerd's socket as its kubeadm writes it; `taints` what kubeadm puts on the
--- node; `has_pod_security_policy` whether pods are admitted by PodSecurityPolicy, or else by the labels of their
--- namespace; `has_kubelet_flags` whether the kubelet is set up by the documented flags, or else by its configuration
--- file; `kubeadm_api` the version of kubeadm's own configuration; `dns_images` the registry of coredns, where kubeadm
--- does not find it by itself; `pause` the tag of a pod's sandbox image; `architecture_label` the node label for the
--- processor; `refuses_cgroup_v1` the minor version since which the kubelet does, nil if it does not; `newest` the
--- newest minor version that these modules were made for, if this one is newer still.
--- @param text string such as `1.24.0`
function versions.of(text)
  local minor, patch = text:match "^1%.(%d+)%.(%d+)$"
  if not minor then
    error(("kubernetes = %q: expected a whole version such as 1.24.0"):format(text))
  end
  minor, patch = math.tointeger(minor), math.tointeger(patch)
  if minor < OLDEST then
    error(("Kubernetes %s is older than 1.%d, the oldest that this runbook knows"):format(text, OLDEST))
  end
  local repository
  if minor >= FIRST_REPOSITORY then
    repository = ("https://pkgs.k8s.io/core:/stable:/v1.%d/deb/"):format(minor)
  end
  return {
    text = text,
    minor = minor,
    packages = ("1.%d.%d-*"):format(minor, patch),
    repository = repository,
    cri_socket = (minor >= 24 and "unix://" or "") .. "/run/containerd/containerd.sock",
    taints = taints(minor),
    has_pod_security_policy = minor <= LAST_POLICY,
    has_kubelet_flags = minor <= 24,
    kubeadm_api = "kubeadm.k8s.io/v1beta" .. (minor >= 31 and 4 or minor >= 22 and 3 or 2),
    dns_images = dns_images(minor, patch),
    pause = pause(minor),
    architecture_label = minor <= 24 and "beta.kubernetes.io/arch" or "kubernetes.io/arch",
    refuses_cgroup_v1 = minor >= CGROUP_V2 and CGROUP_V2 or nil,
    newest = minor > NEWEST and NEWEST or nil,
  }
end

return versions
