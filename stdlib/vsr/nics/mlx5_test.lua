local nics = require "vsr.nics"

local PORT = { name = "ens1f0np0", address = "0000:3b:00.0", vfs = 2 }

local function prepared(machine)
  return rehearse {
    machine = machine,
    step = function()
      local ports = nics.discover { PORT }
      nics.prepare(ports[1], { unsafe = false })
      return { port = ports[1], vfs = sriov.vfs(PORT.name) }
    end,
  }
end

describe("vsr.nics.mlx5", function()
  it("leaves VFs with mlx5_core, and never gives them to vfio-pci", function()
    local run = prepared "connectx"
    expect(run).ends "done"
    expect(run.value.port.family).equals "mlx5"
    expect(#run.value.vfs).equals(2)
    for _, vf in ipairs(run.value.vfs) do
      expect(vf.driver).equals "mlx5_core"
    end
    expect(run).never.has_effect { primitive = "kernel.modprobe", target = "vfio-pci" }
  end)

  it("sets what the firmware lacks, for the next boot", function()
    local run = rehearse {
      machine = "connectx-firmware",
      step = function()
        local ports = nics.discover { PORT }
        nics.set_firmware(ports)
        return nics.firmware_lacks(ports)
      end,
    }
    expect(run).ends "done"
    expect(run).has_effect { primitive = "mstconfig.set", result = "changed" }
    expect(run.value[1]).contains "the firmware of 0000:3b:00.0 does not have "
  end)

  it("refuses to be called generic", function()
    local run = rehearse {
      machine = "connectx",
      step = function()
        nics.discover { { name = PORT.name, address = PORT.address, family = "generic" } }
      end,
    }
    expect(run).ends("failed", "never goes to vfio-pci")
  end)

  it("asks for access to the card only where flow groups are used", function()
    local mlx5 = require "vsr.nics.mlx5"
    expect(mlx5.container {}.capabilities).equals { "NET_RAW" }
    expect(mlx5.container { flow_groups = true }.capabilities).equals { "NET_RAW", "SYS_RAWIO" }
  end)

  it("knows its devices by their vendor", function()
    local mlx5 = require "vsr.nics.mlx5"
    expect(mlx5.matches { vendor = "15b3" }).equals(true)
    expect(mlx5.matches { vendor = "8086" }).equals(false)
  end)
end)
