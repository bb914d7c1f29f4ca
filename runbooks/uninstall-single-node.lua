-- Takes a Virtual Service Router and its one-node cluster away from a machine on which they were installed by hand, as
-- documented. What install-single-node did, its own rollback takes back better: it knows what was there before.
--
-- What cannot be told from foreign things is refused first of all, with everything that stands in the way; nothing is
-- asked. D numbers are the documented steps that are taken back.

local params = runbook {
  name = "uninstall-single-node",
  version = "1.0.0",
  api = 1,
  summary = "Virtual Service Router and its one-node Kubernetes cluster, installed by hand, taken away",
  ends = { "install-single-node" },
  params = {
    nics = {
      type = "list",
      default = { { name = "ens787f0" }, { name = "ens804f0" } },
      doc = "the ports whose virtual functions are taken away: name",
    },
    cluster = {
      type = "string",
      default = "remove",
      values = { "remove", "keep" },
      doc = "keep: only the router and what it needs is taken out of the cluster",
    },
    packages = {
      type = "list",
      default = { "kubeadm", "kubectl", "kubelet" },
      doc = "packages to remove with the cluster; docker.io and golang may serve others",
    },
    keep = { type = "list", default = {}, doc = "paths of files that stay, though they are not as documented" },
  },
}

local device_plugin = require "vsr.device_plugin"
local leftovers = require "vsr.leftovers"
local registry = require "vsr.registry"
local router = require "vsr.router"

local takes_cluster = params.cluster == "remove"

phase "Survey"

local found = step("survey", { doc = "what there is; refuses what may be another's" }, function()
  return leftovers.survey { nics = params.nics, keep = params.keep, takes_cluster = takes_cluster }
end)

phase "Virtual Service Router"

if found.has_cluster then
  step("router", { doc = "D39: the pod, and D36" }, function()
    kube.delete { objects = router.identities() }
  end)

  step("registry", { doc = "D34" }, function()
    kube.delete { objects = { registry.identity() } }
  end)

  step("networks", { doc = "D31 D32 D33" }, function()
    kube.delete { objects = found.networks }
    kube.delete { objects = device_plugin.identities() }
  end)
end

checkpoint "router"

phase "Virtual functions"

step("virtual-functions", { doc = "D27 D28" }, function()
  for _, name in ipairs(found.ports) do
    sriov.set_vfs { pf = name, count = 0 }
  end
end)

checkpoint "virtual-functions"

if takes_cluster then
  phase "Cluster"

  step("cluster", { doc = "D18" }, function()
    if found.has_cluster then
      kubeadm.reset {}
    end
  end)

  step("packages", { doc = "D8 D9" }, function()
    apt.remove { packages = params.packages }
  end)

  step("files", { doc = "D6 D7 D11 D12 D13 D14 D16 D19 D24 D25" }, function()
    for _, path in ipairs(found.files) do
      file.remove(path)
    end
  end)

  step("containerd", { doc = "D13 D15" }, function()
    if systemd.unit("containerd.service").load == "loaded" then
      systemd.reload { "containerd.service" }
      systemd.restart "containerd.service"
    end
  end)
end

step("rest", { doc = "what stays" }, function()
  note "left as they are: huge pages and their mount, swap (a reboot turns it on), loaded modules, kernel parameters"
  note "so are docker.io, golang and /etc/docker/daemon.json: apt-get remove docker.io golang, if nothing needs them"
end)
