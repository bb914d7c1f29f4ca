local nics = require "vsr.nics"

--- The ports of the reference machine, with changes to the first.
local function ports(changes)
  local first = { name = "ens787f0", address = "0000:81:00.0" }
  for key, value in pairs(changes or {}) do
    first[key] = value
  end
  return { first, { name = "ens804f0", address = "0000:83:00.0", vfs = 2 } }
end

local function discovered(machine, wanted)
  return rehearse { machine = machine, step = function() return nics.discover(wanted) end }
end

describe("nics.discover", function()
  it("finds each port with its family and its VFs' device", function()
    local run = discovered("reference", ports())
    expect(run).ends "done"
    expect(run.value[1]).equals {
      name = "ens787f0", address = "0000:81:00.0", vendor = "8086", family = "ixgbe", vf_device = "10ed", vfs = 1,
    }
    expect(run.value[2].vfs).equals(2)
    expect(run.effects).equals {}
  end)

  it("finds no ports where none are wanted", function()
    expect(discovered("reference", {}).value).equals {}
  end)

  for _, case in ipairs {
    { { address = "0000:82:00.0" }, "there is no PCI device 0000:82:00.0; ens787f0 is at 0000:81:00.0" },
    { { name = "ens9" }, "the port at 0000:81:00.0 is ens787f0; there is no port ens9" },
    { { vfs = 64 }, "ens787f0 can have 63 VFs at most, and 64 are wanted" },
    { { address = "0000:04:00.0" }, "the port at 0000:04:00.0 is eno1; ens787f0 is at 0000:81:00.0" },
    { { vfs = 0 }, "nics: entry 1: vfs: expected a whole number of at least 1, got 0" },
    { { vfs = 1.5 }, "nics: entry 1: vfs: expected a whole number of at least 1, got 1.5" },
    { { vfs = "2" }, "nics: entry 1: vfs: expected number, got string" },
    { { vf = 2 }, "nics: entry 1 has 'vf'" },
    { { family = "ixgb" }, "there is no family 'ixgb' (ens787f0); there are bnxt, generic," },
  } do
    it("refuses: " .. case[2], function()
      local run = discovered("reference", ports(case[1]))
      expect(run).ends("failed", case[2])
      expect(run.effects).equals {}
    end)
  end

  it("refuses an entry without its address", function()
    expect(discovered("reference", { { name = "ens787f0" } })).ends("failed", "nics: entry 1 lacks its address")
  end)

  it("refuses the port that carries the operator's own connection", function()
    expect(discovered("reference", { { name = "eno1", address = "0000:04:00.0" } })).ends("failed", "may cut")
  end)

  it("takes a port with a route that has its virtual functions already", function()
    local machine = {
      like = "reference",
      pci = {
        { address = "0000:81:00.0", vendor = "8086", device = "10fb",
          net = { name = "ens787f0", routes = { "2001:db8::/64" } },
          sriov = { total = 63, vf_device = "10ed", vfs = 2 } },
      },
    }
    local function port(vfs)
      return { { name = "ens787f0", address = "0000:81:00.0", vfs = vfs } }
    end
    expect(discovered(machine, port(2))).ends "done"
    expect(discovered(machine, port(1))).ends("failed", "ens787f0 carries")
  end)
end)

describe("nics.prepare", function()
  local run = rehearse {
    machine = "reference",
    step = function()
      local port = nics.discover(ports())[2]
      nics.prepare(port, { unsafe = false })
      return { vfs = sriov.vfs(port.name), modules = nics.modules { port } }
    end,
  }

  it("makes the VFs, each with vfio-pci", function()
    expect(run).ends "done"
    expect(#run.value.vfs).equals(2)
    for _, vf in ipairs(run.value.vfs) do
      expect(vf.driver).equals "vfio-pci"
    end
    expect(run.value.modules).equals { "vfio-pci" }
  end)

  it("keeps NetworkManager away from them first", function()
    expect(run.effects[1].target).equals "/etc/udev/rules.d/70-vsr-unmanaged.rules"
  end)

  it("changes nothing a second time", function()
    local again = rehearse {
      machine = run,
      step = function() nics.prepare(nics.discover(ports())[2], { unsafe = false }) end,
    }
    expect(again.changed).equals(0)
  end)
end)
