local device_plugin = require "vsr.device_plugin"
local versions = require "vsr.versions"

local port = { name = "ens787f0", vendor = "8086", family = "ixgbe", vf_device = "10ed", vfs = 1 }

local function set(text)
  return device_plugin.daemon_set(versions.of(text), "image")[2].spec.template.spec
end

describe("device_plugin", function()
  it("selects VFs by the port that they are of", function()
    expect(device_plugin.config_map { port }.data["config.json"]).matches_snapshot "one port"
  end)

  it("has nothing to offer without ports, and is not there", function()
    local run = rehearse { step = function() device_plugin.install(versions.of "1.24.0", {}, {}) end }
    expect(run).ends "done"
    expect(run.effects).equals {}
  end)

  it("tolerates what the version's nodes are tainted with", function()
    expect(set("1.24.0").tolerations).equals {
      { key = "node-role.kubernetes.io/master", operator = "Exists", effect = "NoSchedule" },
    }
    expect(set("1.29.3").tolerations).equals {
      { key = "node-role.kubernetes.io/control-plane", operator = "Exists", effect = "NoSchedule" },
    }
  end)

  it("runs on the processors that it is built for", function()
    expect(set("1.24.0").nodeSelector).equals { ["beta.kubernetes.io/arch"] = "amd64" }
    expect(set("1.25.0").nodeSelector).equals { ["kubernetes.io/arch"] = "amd64" }
  end)
end)
