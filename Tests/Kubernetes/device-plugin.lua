-- The device plugin's step of the install (D31, D32), for ports that are not there: the plugin's stand-in makes their
-- virtual functions up.
-- luacheck: std none, read globals runbook step require

runbook {
  name = "device-plugin",
  version = "1.0.0",
  api = 1,
  summary = "the resources of two ports on the node",
  params = {},
}

local device_plugin = require "vsr.device_plugin"
local networks = require "vsr.networks"
local versions = require "vsr.versions"

local ports = {
  { name = "ens787f0", address = "0000:81:00.0", vfs = 1, vendor = "8086", family = "ixgbe", vf_device = "10ed" },
  { name = "ens804f0", address = "0000:83:00.0", vfs = 1, vendor = "8086", family = "ixgbe", vf_device = "10ed" },
}

step("device-plugin", { doc = "D31 D32" }, function()
  device_plugin.install(versions.of "1.20.2", ports, { version = "v3.3.2", image = "" })
end)

step("networks", { doc = "D33" }, function()
  networks.install(ports)
end)
