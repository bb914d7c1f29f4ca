-- Virtual Service Router on a one-node Kubernetes cluster, with SR-IOV interfaces: the documented install, section by
-- section. D numbers are the documented steps in their order. A boot step is one whose effect a reboot loses.

local params = runbook {
  name = "install-single-node",
  version = "1.0.0",
  api = 1,
  summary = "Virtual Service Router on a one-node Kubernetes cluster, with SR-IOV interfaces",
  params = {
    hugepages = { type = "integer", default = 16, min = 0, doc = "1 GiB huge pages on each NUMA node; a pod needs 8" },
    nics = {
      type = "list",
      default = {
        { name = "ens787f0", address = "0000:81:00.0", vfs = 1 },
        { name = "ens804f0", address = "0000:83:00.0", vfs = 1 },
      },
      doc = "the ports that the router gets: name, PCI address, number of virtual functions",
    },
    reserved_cpus = { type = "string", default = "0-3", doc = "processors kept for the system and Kubernetes itself" },
    iommu = {
      type = "string",
      default = "on",
      values = { "on", "off" },
      doc = "on: it is turned on, with one reboot if need be; off: the router runs without, at the site's own risk",
    },
  },
}

local boot = require "vsr.boot"
local containerd = require "vsr.containerd"
local iommu = require "vsr.iommu"
local kubelet = require "vsr.kubelet"
local modules = require "vsr.modules"
local nics = require "vsr.nics"
local sysctls = require "vsr.sysctls"

phase "Preparation"

step("boot-unit", { doc = "re-applies the boot steps after a reboot, before kubelet starts" }, function()
  boot.install()
end)

checkpoint "preparation"

phase "Memory configuration"

step("swap-off", { doc = "D1" }, function()
  swap.off()
end)

step("hugepages", { doc = "D2", boot = true }, function()
  for _, node in ipairs(numa.nodes()) do
    hugepages.reserve { node = node, size = "1GiB", count = params.hugepages }
  end
end)

step("hugepages-mount", { doc = "D3", boot = true }, function()
  mount.ensure { path = "/dev/hugepages", type = "hugetlbfs", options = { "pagesize=1G" } }
end)

checkpoint "memory"

phase "Containerd and kubelet"

step("containerd-modules", { doc = "D10 D11" }, function()
  modules.load("containerd", { "overlay", "br_netfilter" })
end)

step("kubernetes-sysctls", { doc = "D12" }, function()
  sysctls.set("99-kubernetes-cri", {
    ["net.bridge.bridge-nf-call-iptables"] = 1,
    ["net.bridge.bridge-nf-call-ip6tables"] = 1,
    ["net.ipv4.ip_forward"] = 1,
  })
end)

step("containerd-limits", { doc = "D13" }, function()
  containerd.raise_limits()
end)

step("inotify-sysctls", { doc = "D14" }, function()
  sysctls.set("99-vsr-inotify", {
    ["fs.inotify.max_user_instances"] = 2048,
    ["fs.inotify.max_user_watches"] = 1048576,
  })
end)

step("containerd-restart", { doc = "D15" }, function()
  containerd.restart()
end)

step("kubelet-flags", { doc = "D16" }, function()
  kubelet.configure { reserved_cpus = params.reserved_cpus }
end)

step("kubelet-restart", { doc = "D17" }, function()
  kubelet.restart()
end)

checkpoint "containerd-and-kubelet"

phase "Configure the NICs"

step("iommu", { doc = "D40" }, function()
  iommu.decide(params.iommu)
end)

local ports = step("hardware", { doc = "which ports there are, and of which family" }, function()
  return nics.discover(params.nics)
end)

step("vfio-module", { doc = "D29" }, function()
  modules.load("vsr-vfio", { "vfio-pci" })
end)

step("virtual-functions", { doc = "D26 D27 D28", boot = true }, function()
  for _, port in ipairs(ports) do
    nics.prepare(port)
  end
end)

step("vhost-module", { doc = "D30" }, function()
  modules.load("vsr-vhost", { "vhost-net" })
end)

step("ppp-module", { doc = "D35" }, function()
  modules.load("vsr-ppp", { "ppp_generic" })
end)

checkpoint "nics"
