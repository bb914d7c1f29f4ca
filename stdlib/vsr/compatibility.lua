--- Whether this machine can run a version of Kubernetes. It only looks, before anything is touched.
local compatibility = {}

local DROP_IN = "/etc/systemd/system/kubelet.service.d/10-kubeadm.conf"
local EXTRA_ARGUMENTS = "/etc/default/kubelet"

--- What a kubelet does not start with any more, as a pattern, and the minor version that dropped it.
local DROPPED = {
  { name = "the flag --network-plugin", pattern = "%-%-network%-plugin%f[^%w-]", since = 24 },
  { name = "the feature gate IPv6DualStack", pattern = "IPv6DualStack", since = 25 },
  { name = "the flag --container-runtime", pattern = "%-%-container%-runtime%f[^%w-]", since = 27 },
  { name = "the flag --pod-infra-container-image", pattern = "%-%-pod%-infra%-container%-image", since = 35 },
}

--- The first minor version whose kubelet speaks only version 1 of the CRI, which containerd has since 1.6
--- (https://kubernetes.io/docs/concepts/architecture/cri).
local CRI_V1 = 26

--- The minor version from which on, as it is planned, the kubelet starts only where the runtime says which cgroup
--- manager it has, as containerd does since 2.0 (https://github.com/kubernetes/enhancements/pull/6087).
local CRI_RUNTIME_CONFIG = 38

--- @param text string the version of a Debian package
--- @return integer? its major number
--- @return integer? its minor number
local function numbers(text)
  local major, minor = text:gsub("^%d+:", ""):match "^(%d+)%.(%d+)"
  return math.tointeger(major), math.tointeger(minor)
end

--- The version of containerd that is there, or that comes with docker.io.
local function containerd_version()
  local own = apt.package "containerd"
  return apt.package("containerd.io").installed or own.installed or own.candidate
end

local function check_containerd(kubernetes, complain)
  local version = kubernetes.minor >= CRI_V1 and containerd_version()
  local major, minor = numbers(version or "")
  if major == 1 and minor < 6 then
    complain(("containerd %s does not go with Kubernetes %s, since 1.%d dropped version v1alpha2 of the CRI: give this "
      .. "machine containerd 1.6 or later"):format(version, kubernetes.text, CRI_V1))
  elseif major == 1 and kubernetes.minor >= CRI_RUNTIME_CONFIG then
    note(("containerd %s does not say which cgroup manager it has, which the kubelet is to ask for from Kubernetes "
      .. "1.%d on: containerd 2.0 or later does"):format(version, CRI_RUNTIME_CONFIG))
  end
end

--- The arguments that stay when this runbook has written its own.
local function check_arguments(kubernetes, complain)
  for _, path in ipairs { DROP_IN, EXTRA_ARGUMENTS } do
    local text = (path ~= DROP_IN or not kubernetes.has_kubelet_flags) and file.read(path) or ""
    for _, dropped in ipairs(DROPPED) do
      if kubernetes.minor >= dropped.since and text:find(dropped.pattern) then
        complain(("%s has %s, which Kubernetes 1.%d dropped: the kubelet would not start; take it out"):format(
          path, dropped.name, dropped.since))
      end
    end
  end
end

--- A cluster is not upgraded by other packages: kubeadm does that, one minor version at a time.
local function check_cluster(kubernetes, complain)
  local version = file.stat "/etc/kubernetes/admin.conf" and apt.package("kubelet").installed
  local _, minor = numbers(version or "")
  if minor and minor ~= kubernetes.minor then
    complain(("a cluster is there, with the kubelet %s, and this runbook does not upgrade one to Kubernetes %s: give "
      .. "kubernetes = \"%s\", or upgrade it by kubeadm first"):format(
        version, kubernetes.text, version:match "%d+%.%d+%.%d+"))
  end
end

--- Refuses what cannot work, with all that stands in the way.
--- @param kubernetes table as `versions.of` answers
--- @param options { allow_cgroup_v1: boolean }
--- @return boolean whether this machine has cgroup v1
function compatibility.check(kubernetes, options)
  local complaints = {}
  local function complain(text)
    complaints[#complaints + 1] = text
  end
  local has_cgroup_v1 = not file.stat "/sys/fs/cgroup/cgroup.controllers"
  if has_cgroup_v1 and kubernetes.refuses_cgroup_v1 and not options.allow_cgroup_v1 then
    complain(("this machine has cgroup v1, which the kubelet refuses since Kubernetes 1.%d: start it with "
      .. "systemd.unified_cgroup_hierarchy=1 on the kernel command line (GRUB_CMDLINE_LINUX in /etc/default/grub, "
      .. "update-grub, reboot), or give allow_cgroup_v1 = true"):format(kubernetes.refuses_cgroup_v1))
  end
  check_cluster(kubernetes, complain)
  check_arguments(kubernetes, complain)
  check_containerd(kubernetes, complain)
  if #complaints > 0 then
    error(("this machine cannot run Kubernetes %s:\n  %s"):format(
      kubernetes.text, table.concat(complaints, "\n  ")))
  end
  if kubernetes.newest then
    note(("Kubernetes %s is newer than 1.%d, the newest that this runbook was made for"):format(
      kubernetes.text, kubernetes.newest))
  end
  return has_cgroup_v1
end

return compatibility
