-- What the documented install does to the host itself, as far as a container has it, and commands that take their time.
-- luacheck: ignore 113 (the words of a runbook and the primitives)

local params = runbook {
  name = "host-half",
  version = "1",
  summary = "Modules, sysctls, containerd and kubelet, as D1 to D17 have them",
  params = { slow = { type = "number", default = 0.05, min = 0, doc = "seconds that the command takes" } },
}

local boot = require "vsr.boot"
local containerd = require "vsr.containerd"
local kubelet = require "vsr.kubelet"
local modules = require "vsr.modules"
local sysctls = require "vsr.sysctls"

phase "Preparation"

step("boot-unit", function()
  boot.install()
end)

phase "Memory"

step("swap-off", { doc = "D1" }, function()
  swap.off()
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
  kubelet.configure { reserved_cpus = "0-3" }
end)

step("kubelet-restart", { doc = "D17" }, function()
  kubelet.restart()
end)

checkpoint "containerd-and-kubelet"

phase "A command"

step("command", function()
  for number = 1, 5 do
    local path = "/etc/host-half-" .. number
    command.run {
      argv = {
        "sh", "-c",
        ("sleep %s; echo %d >>/var/tmp/host-half-commands; echo done >%s"):format(params.slow, number, path),
      },
      check = { "grep", "-q", "done", path },
      rollback = { "rm", "-f", path },
    }
  end
end)
