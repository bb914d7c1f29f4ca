--- The kubelet's unit and settings.
local kubelet = {}

local UNIT = "kubelet.service"

--- Which processors the CPU manager gave to whom, and under which policy.
local CPU_STATE = "/var/lib/kubelet/cpu_manager_state"

--- The documented drop-in (Kubernetes up to 1.24: later kubelets do not know the IPv6DualStack gate, and do not start
--- with it).
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

--- The same settings as fields of the kubelet's configuration, where the flags are deprecated.
local CONFIGURATION = [[
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: systemd
cpuManagerPolicy: static
topologyManagerPolicy: best-effort
reservedSystemCPUs: "%s"
allowedUnsafeSysctls: ["net.*"]
]]

--- D16: the drop-in with the documented flags. From Kubernetes 1.25 on nothing is written here: `kubelet.configuration`
--- goes to kubeadm, which gives it to the kubelet.
---
--- The state of another CPU manager policy goes away.
--- @param kubernetes table as `versions.of` answers
--- @param reserved_cpus string such as `0-3`
function kubelet.configure(kubernetes, reserved_cpus)
  if kubernetes.has_kubelet_flags then
    systemd.edit { unit = UNIT, drop_in = "10-kubeadm.conf", content = DROP_IN:format(reserved_cpus) }
  elseif file.stat "/etc/kubernetes/admin.conf" then
    return -- The cluster that is there has its configuration.
  end
  if not (file.read(CPU_STATE) or ""):find '"policyName"%s*:%s*"static"' then
    -- A kubelet does not start with the state of another policy. One of the policy none does not write it.
    file.remove(CPU_STATE)
  end
end

--- Whether a drop-in is the documented one, whichever processors it reserves.
function kubelet.is_documented(text)
  local before, after = DROP_IN:match "^(.-)%%s(.*)$"
  return text:sub(1, #before) == before and text:sub(-#after) == after
end

--- The kubelet's configuration as a YAML document, from Kubernetes 1.25 on.
--- @param reserved_cpus string
--- @param allows_cgroup_v1 boolean whether it is to start with cgroup v1, which it refuses by itself
function kubelet.configuration(reserved_cpus, allows_cgroup_v1)
  return CONFIGURATION:format(reserved_cpus) .. (allows_cgroup_v1 and "failCgroupV1: false\n" or "")
end

--- D17: systemd reads the drop-in, and kubelet starts with it. Before kubeadm has written its configuration kubelet
--- keeps restarting, and that is no failure.
function kubelet.restart()
  systemd.reload { UNIT }
  systemd.restart(UNIT)
end

return kubelet
