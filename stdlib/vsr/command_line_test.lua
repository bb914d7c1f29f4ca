local command_line = require "vsr.command_line"

--- What it comes to on a machine.
local function ensured(machine, wanted)
  return rehearse { machine = machine, step = function() command_line.ensure(wanted) end }
end

describe("command_line", function()
  it("does nothing where this boot has what is wanted", function()
    local run = ensured("reference", { iommu = true })
    expect(run).ends "done"
    expect(run.effects).equals {}
  end)

  it("turns the IOMMU on by one reboot", function()
    local run = ensured("iommu-off", { iommu = true })
    expect(run).ends "done"
    expect(run).has_effect { primitive = "kernel.cmdline_add", result = "changed" }
    expect(run).has_event { type = "run.finished", result = "rebooting", reason = "settings that a boot applies" }
    expect(run.look(function() return iommu.state().enabled end)).equals(true)
    expect(run.look(kernel.cmdline)).contains "intel_iommu=on"
  end)

  it("leaves it off where the site wants it off", function()
    expect(ensured("iommu-off", { iommu = false }).effects).equals {}
  end)

  it("allocates pages of 2 MiB at boot", function()
    local run = ensured("reference", { iommu = true, small_pages = 1024 })
    expect(run).ends "done"
    expect(run.look(function() return (hugepages.get { node = 0, size = "2MiB" }).total end)).equals(512)
  end)

  it("boots once only, and then says what to do", function()
    local run = ensured("reference", { iommu = false, small_pages = 1 << 20 })
    expect(run).ends("failed", "there are fewer huge pages of 2 MiB than asked for: ask for fewer, or add memory")
    local boots = 0
    for _, event in ipairs(run.events) do
      boots = boots + (event.result == "rebooting" and 1 or 0)
    end
    expect(boots).equals(1)
  end)

  it("says what the firmware lacks after a boot in vain", function()
    local run = ensured("reference", { iommu = false, firmware_lacks = { "the firmware of X does not have Y=1" } })
    expect(run).ends("failed", "the machine was started, and still the firmware of X does not have Y=1; then resume")
  end)
end)
