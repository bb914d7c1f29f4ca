--- What depends on the version of Kubernetes. It only computes, so that a runbook can refuse what does not go together
--- before anything is touched.
local versions = {}

--- The first minor version with a package repository of its own, and the last one with PodSecurityPolicy.
local FIRST_REPOSITORY, LAST_POLICY = 24, 24

--- The oldest version whose objects and flags these modules know (server-side apply, `apiextensions.k8s.io/v1`).
local OLDEST = 20

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

--- What a version of Kubernetes wants.
---
--- `packages` is the pattern of its Debian packages' version; `repository` the public package repository, nil where
--- there is none any more; `cri_socket` containerd's socket as its kubeadm writes it; `taints` what kubeadm puts on the
--- node; `has_pod_security_policy` whether pods are admitted by PodSecurityPolicy, or else by the labels of their
--- namespace; `has_kubelet_flags` whether the kubelet is set up by the documented flags, or else by its configuration
--- file; `kubeadm_api` the version of kubeadm's own configuration; `architecture_label` the node label for the
--- processor.
--- @param text string such as `1.24.0`
function versions.of(text)
  local minor, patch = text:match "^1%.(%d+)%.(%d+)$"
  if not minor then
    error(("kubernetes = %q: expected a whole version such as 1.24.0"):format(text))
  end
  minor = math.tointeger(minor)
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
    architecture_label = minor <= 24 and "beta.kubernetes.io/arch" or "kubernetes.io/arch",
  }
end

return versions
