--- The families whose VFs go to vfio-pci, each on a machine of its own.
local nics = require "vsr.nics"

local MACHINES = {
  { family = "bnxt", port = { name = "ens3f0np0", address = "0000:3b:00.0" } },
  { family = "generic", machine = "other-nic", port = { name = "ens5f0", address = "0000:5e:00.0" } },
  { family = "i40e", port = { name = "ens1f0", address = "0000:81:00.0" } },
  { family = "ice", port = { name = "ens2f0", address = "0000:ca:00.0" } },
  { family = "igb", port = { name = "enp2s0f0", address = "0000:02:00.0" } },
  { family = "ixgbe", machine = "reference", port = { name = "ens787f0", address = "0000:81:00.0" } },
}

for _, case in ipairs(MACHINES) do
  describe("vsr.nics." .. case.family, function()
    local run = rehearse {
      machine = case.machine or case.family,
      step = function()
        local port = nics.discover({ case.port })[1]
        nics.prepare(port, { unsafe = false })
        return { port = port, vfs = sriov.vfs(port.name) }
      end,
    }

    it("is the family of its port", function()
      expect(run).ends "done"
      expect(run.value.port.family).equals(case.family)
    end)

    it("gives its VFs to vfio-pci", function()
      expect(#run.value.vfs).equals(1)
      expect(run.value.vfs[1].driver).equals "vfio-pci"
      expect(nics.container { run.value.port }).equals { capabilities = {}, mounts = {} }
    end)
  end)
end
