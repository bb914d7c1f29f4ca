--- The cluster of one node.
local cluster = {}

local kubelet = require "vsr.kubelet"

local CONFIGURATION_FILE = "/etc/kubernetes/vsr-kubeadm.yaml"

--- kubeadm's configuration, which carries the kubelet's.
local CONFIGURATION = [[
apiVersion: %s
kind: InitConfiguration
nodeRegistration:
  criSocket: %s
---
apiVersion: %s
kind: ClusterConfiguration
kubernetesVersion: v%s
imageRepository: %s
networking:
  podSubnet: %s
---
]]

--- Where Kubernetes' own images come from since k8s.gcr.io was frozen.
local IMAGES = "registry.k8s.io"

--- D18: `kubeadm init`, by the documented flags, or from Kubernetes 1.25 on by its configuration, which has the
--- kubelet's settings in it.
---
--- Options: `pod_network`, `reserved_cpus`, `images` (a mirror of registry.k8s.io, unless empty).
--- @param kubernetes table as `versions.of` answers
--- @param options table
function cluster.init(kubernetes, options)
  local images = options.images ~= "" and options.images or nil
  local config
  if not kubernetes.has_kubelet_flags then
    config = CONFIGURATION_FILE
    file.write {
      path = config,
      content = CONFIGURATION:format(kubernetes.kubeadm_api, kubernetes.cri_socket, kubernetes.kubeadm_api,
        kubernetes.text, images or IMAGES, options.pod_network)
        .. kubelet.configuration(kubernetes, options.reserved_cpus),
    }
  end
  kubeadm.init {
    pod_network = options.pod_network,
    cri_socket = kubernetes.cri_socket,
    version = not config and kubernetes.text or nil,
    image_repository = not config and (images or IMAGES) or nil,
    config = config,
  }
end

--- D19: kubectl finds the cluster without being told.
function cluster.install_kubeconfig()
  file.copy { from = "/etc/kubernetes/admin.conf", to = "/root/.kube/config", mode = "0600" }
end

return cluster
