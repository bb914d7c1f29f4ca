-- The part of the install that is about the ports alone, for machines that are no node.
-- luacheck: read globals runbook step kernel

local params = runbook {
  name = "nics",
  version = "1.0.0",
  api = 1,
  summary = "Virtual functions for the router",
  params = {
    nics = {
      type = "list",
      default = {
        { name = "enp1s0", address = "0000:01:00.0", vfs = 1 },
        { name = "enp2s0", address = "0000:02:00.0", vfs = 1 },
      },
      doc = "the ports",
    },
  },
}

local nics = require "vsr.nics"

local ports = step("hardware", function()
  return nics.discover(params.nics)
end)

step("vfio-module", function()
  kernel.modprobe "vfio-pci"
end)

step("virtual-functions", { boot = true }, function()
  for _, port in ipairs(ports) do
    nics.prepare(port, {})
  end
end)
