--- The kubelet's unit and flags.
local kubelet = {}

local UNIT = "kubelet.service"

--- The documented drop-in (Kubernetes up to 1.24: later ones do not know the IPv6DualStack gate).
local DROP_IN = [[
# Note: This dropin only works with kubeadm and kubelet v1.11+
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml --allowed-unsafe-sysctls=net.* --cgroup-driver=systemd --reserved-cpus=%s --cpu-manager-policy=static --topology-manager-policy=best-effort --feature-gates=IPv6DualStack=true"
# This is a file that "kubeadm init" and "kubeadm join" generates at runtime, populating the KUBELET_KUBEADM_ARGS variable dynamically
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
# This is a file that the user can use for overrides of the kubelet args as a last resort. Preferably, the user should use
# the .NodeRegistration.KubeletExtraArgs object in the configuration files instead. KUBELET_EXTRA_ARGS should be sourced from this file.
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
]]

--- D16: the drop-in with the documented flags.
--- @param options { reserved_cpus: string }
function kubelet.configure(options)
  systemd.edit { unit = UNIT, drop_in = "10-kubeadm.conf", content = DROP_IN:format(options.reserved_cpus) }
end

--- D17: systemd reads the drop-in, and kubelet starts with it. Before kubeadm has written its configuration kubelet
--- keeps restarting, and that is no failure.
function kubelet.restart()
  systemd.reload { UNIT }
  systemd.restart(UNIT)
end

return kubelet
