-- install-single-node with jumbo frames on the router's ports, and the desk to call at the end.
--
--   vsrrun plan site-install --site Examples/sites/mellanox --machine Examples/sites/mellanox/machine.yaml

local base = extends "install-single-node"

base.version "mellanox.1"

base.params {
  mtu = { type = "integer", default = 1500, min = 1280, max = 9600, doc = "MTU of the router's ports" },
}

-- A VF's MTU is at most that of its port, so that the port comes first; a reboot loses it.
base.before("virtual-functions", "jumbo-frames", { doc = "the ports' MTU", boot = true }, function(params)
  for _, nic in ipairs(params.nics) do
    net.mtu { device = nic.name, mtu = params.mtu }
  end
end)

base.replace("connect", function(_, shipped)
  shipped()
  note "network operations: extension 4711"
end)

base.run()
