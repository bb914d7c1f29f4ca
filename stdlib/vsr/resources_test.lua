local resources = require "vsr.resources"

local intel = { name = "ens787f0", vendor = "8086", family = "ixgbe" }
local mellanox = { name = "ens1f0np0", vendor = "15b3", family = "mlx5" }

describe("resources", function()
  it("names each port by its family and its place", function()
    local named = resources.of { intel, mellanox }
    expect(named[1].resource).equals "intel_sriov_nic_vsr1"
    expect(named[1].network).equals "multus-intel-sriov-nic-vsr1"
    expect(named[1].cni_network).equals "sriov-intel-nic-vsr1"
    expect(named[2].resource).equals "mellanox_sriov_nic_vsr2"
  end)

  it("has the family's prefix, or the site's", function()
    local named = resources.of { mellanox, { vendor = "15b3", family = "mlx5", prefix = "nvidia.com" } }
    expect(resources.full_name(named[1])).equals "mellanox.com/mellanox_sriov_nic_vsr1"
    expect(resources.full_name(named[2])).equals "nvidia.com/mellanox_sriov_nic_vsr2"
  end)

  it("names a port of no family of its own by its vendor", function()
    local named = resources.of { { vendor = "1fc9", family = "generic" } }
    expect(resources.full_name(named[1])).equals "vsr.local/pci1fc9_sriov_nic_vsr1"
  end)

  it("has none without ports", function()
    expect(resources.of {}).equals {}
  end)
end)
