--- The cluster of one node.
local cluster = {}

local kubelet = require "vsr.kubelet"
local versions = require "vsr.versions"

local CONFIGURATION_FILE = "/etc/kubernetes/vsr-kubeadm.yaml"

--- kubeadm's configuration, which can carry the kubelet's.
local CONFIGURATION = [[
apiVersion: %s
kind: InitConfiguration
nodeRegistration:
  criSocket: %s
%s---
apiVersion: %s
kind: ClusterConfiguration
kubernetesVersion: v%s
imageRepository: %s
%snetworking:
  podSubnet: %s
%s]]

--- Seconds that kubeadm gives the control plane by itself, and all its other phases take at most.
local CONTROL_PLANE_TIMEOUT, OTHER_PHASES = 240, 360

--- Where kubeadm is told how long the control plane may take: in the one document, or in the other.
local function timeouts(kubernetes, seconds)
  if seconds == CONTROL_PLANE_TIMEOUT then
    return "", ""
  elseif kubernetes.kubeadm_api == "kubeadm.k8s.io/v1beta4" then
    return ("timeouts:\n  controlPlaneComponentHealthCheck: %ds\n"):format(seconds), ""
  end
  return "", ("apiServer:\n  timeoutForControlPlane: %ds\n"):format(seconds)
end

--- D18: `kubeadm init`, by the documented flags, or by its configuration where there is no flag: for the kubelet's
--- settings from Kubernetes 1.25 on, for a control plane that may take longer, for the registry of coredns.
---
--- Options: `pod_network`, `reserved_cpus`, `images` (a mirror of registry.k8s.io, unless empty), `timeout` (seconds
--- that the control plane may take), `has_cgroup_v1` (whether the machine has).
--- @param kubernetes table as `versions.of` answers
--- @param options table
function cluster.init(kubernetes, options)
  local has_mirror = options.images ~= ""
  local images = has_mirror and options.images or versions.IMAGES
  local dns_images = not has_mirror and kubernetes.dns_images
  local allows_cgroup_v1 = options.has_cgroup_v1 and kubernetes.refuses_cgroup_v1 ~= nil
  local config
  if not kubernetes.has_kubelet_flags or options.timeout ~= CONTROL_PLANE_TIMEOUT or dns_images then
    config = CONFIGURATION_FILE
    local init, control_plane = timeouts(kubernetes, options.timeout)
    local dns = dns_images and ("dns:\n  imageRepository: %s\n"):format(dns_images) or ""
    local content = CONFIGURATION:format(kubernetes.kubeadm_api, kubernetes.cri_socket, init, kubernetes.kubeadm_api,
      kubernetes.text, images, dns, options.pod_network, control_plane)
    if not kubernetes.has_kubelet_flags then
      content = content .. "---\n" .. kubelet.configuration(options.reserved_cpus, allows_cgroup_v1)
    end
    file.write { path = config, content = content }
  end
  kubeadm.init {
    pod_network = options.pod_network,
    cri_socket = kubernetes.cri_socket,
    version = not config and kubernetes.text or nil,
    image_repository = not config and images or nil,
    config = config,
    -- kubeadm refuses cgroup v1 too, whatever the kubelet is told.
    ignore_preflight = allows_cgroup_v1 and { "SystemVerification" } or nil,
    timeout = options.timeout + OTHER_PHASES,
    parameter = "kubernetes_images",
  }
end

--- Whether the API server has an admission plugin that kubeadm leaves off.
--- @param name string such as `PodSecurityPolicy`
--- @return boolean
function cluster.has_admission_plugin(name)
  local manifest = file.read "/etc/kubernetes/manifests/kube-apiserver.yaml" or ""
  return (manifest:match "%-%-enable%-admission%-plugins=([%w,]*)" or ""):find(name, 1, true) ~= nil
end

--- D19: kubectl finds the cluster without being told.
function cluster.install_kubeconfig()
  file.copy { from = "/etc/kubernetes/admin.conf", to = "/root/.kube/config", mode = "0600" }
end

return cluster
