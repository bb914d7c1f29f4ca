--- The cluster of one node.
local cluster = {}

local kubelet = require "vsr.kubelet"

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
networking:
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

--- Where Kubernetes' own images come from since k8s.gcr.io was frozen.
local IMAGES = "registry.k8s.io"

--- D18: `kubeadm init`, by the documented flags, or, from Kubernetes 1.25 on or where it is to wait longer, by its
--- configuration, which has the kubelet's settings in it where those are no flags.
---
--- Options: `pod_network`, `reserved_cpus`, `images` (a mirror of registry.k8s.io, unless empty), `timeout` (seconds
--- that the control plane may take).
--- @param kubernetes table as `versions.of` answers
--- @param options table
function cluster.init(kubernetes, options)
  local images = options.images ~= "" and options.images or IMAGES
  local config
  if not kubernetes.has_kubelet_flags or options.timeout ~= CONTROL_PLANE_TIMEOUT then
    config = CONFIGURATION_FILE
    local init, control_plane = timeouts(kubernetes, options.timeout)
    local content = CONFIGURATION:format(kubernetes.kubeadm_api, kubernetes.cri_socket, init, kubernetes.kubeadm_api,
      kubernetes.text, images, options.pod_network, control_plane)
    if not kubernetes.has_kubelet_flags then
      content = content .. "---\n" .. kubelet.configuration(kubernetes, options.reserved_cpus)
    end
    file.write { path = config, content = content }
  end
  kubeadm.init {
    pod_network = options.pod_network,
    cri_socket = kubernetes.cri_socket,
    version = not config and kubernetes.text or nil,
    image_repository = not config and images or nil,
    config = config,
    timeout = options.timeout + OTHER_PHASES,
  }
end

--- D19: kubectl finds the cluster without being told.
function cluster.install_kubeconfig()
  file.copy { from = "/etc/kubernetes/admin.conf", to = "/root/.kube/config", mode = "0600" }
end

return cluster
