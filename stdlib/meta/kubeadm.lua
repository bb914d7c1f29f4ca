---@meta
-- Made from the program itself: `make generate` writes it anew.

kubeadm = {}

---@class kubeadm.init.arguments
---@field pod_network? string the subnet of the pods, such as 10.244.0.0/16
---@field cri_socket? string where the container runtime listens (default "unix:///run/containerd/containerd.sock")
---@field version? string the version to install, such as 1.24.0; kubeadm's own choice otherwise
---@field image_repository? string where the images of the control plane come from, in place of the public registry
---@field ignore_preflight? string[] checks that may fail, such as NumCPU (list of string; default {})
---@field config? string a kubeadm configuration file, in place of version and image_repository; pod_network is then what it says (absolute path)
---@field timeout? integer seconds that it may take (default 600)
---@field parameter? string the runbook's parameter that names a mirror of the images, for the error text where they cannot be had

---This machine is the control plane of a Kubernetes cluster.
---
---It holds when /etc/kubernetes/admin.conf is there, the API server is ready, and what kubeadm's later
---phases make is there too: the kubeadm-config ConfigMap, the control plane's label, kube-proxy and
---coredns (documented step D18). Half a cluster that this run began is reset first; one that it did
---not begin is refused.
---
---Undo: The cluster is reset, and what `kubeadm reset` leaves goes too: CNI configuration, packet
---filter rules, network devices and directories that were not there before. The control groups of the
---pods, and empty tables of the packet filter, stay until the next boot, which a rollback notes.
---
---Errors: A cluster that this run did not begin and that is not whole; one of another pod network; a
---node of another cluster. What kubeadm itself says where it fails.
---
---```lua
---kubeadm.init { pod_network = "10.244.0.0/16", cri_socket = "unix:///run/containerd/containerd.sock" }
---```
---@param arguments? kubeadm.init.arguments
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function kubeadm.init(arguments) end

---@class kubeadm.reset.arguments
---@field cri_socket? string where the container runtime listens (default "unix:///run/containerd/containerd.sock")
---@field pod_network? string the subnet of the cluster's pods, whose packet filter rules go too
---@field timeout? integer seconds that it may take (default 300)

---This machine is no part of a Kubernetes cluster.
---
---For a cluster that vsrrun did not make; what kubeadm.init made is taken away by a rollback. Besides
---what `kubeadm reset` takes away, the CNI configuration and network devices of flannel and multus and
---the packet filter rules of the cluster go.
---
---Undo: Nothing: the cluster and what it ran are gone. The rollback lists that.
---
---Errors: What is still there after the reset.
---
---```lua
---kubeadm.reset { cri_socket = "unix:///run/containerd/containerd.sock" }
---```
---@param arguments? kubeadm.reset.arguments
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function kubeadm.reset(arguments) end
