--- sriov-cni, which moves a VF into a pod.
local sriov_cni = {}

local sources = require "vsr.sources"

--- D25: built from its source at a revision, and installed. The document's address redirects to the project's own.
---
--- Options: `revision`, `repository` (a mirror, unless empty), `go_proxy`.
--- @param options table
function sriov_cni.install(options)
  sources.install_plugin {
    name = "sriov-cni",
    repository = "https://github.com/k8snetworkplumbingwg/sriov-cni.git",
    revision = options.revision,
    mirror = options.repository,
    parameter = "sriov_cni_repository",
    argv = { "make", "build" },
    output = "build/sriov",
    plugin = "sriov",
    go_proxy = options.go_proxy,
  }
end

return sriov_cni
