local containerd = require "vsr.containerd"

local CONFIG = "/etc/containerd/config.toml"

--- The configuration that is left of one with these plugins off.
local function enabled(plugins)
  local run = rehearse {
    step = function()
      apt.install { "docker.io" }
      file.write { path = CONFIG, content = "version = 2\ndisabled_plugins = [" .. plugins .. "]\nroot = \"/x\"\n" }
      containerd.enable_cri()
      return file.read(CONFIG)
    end,
  }
  expect(run).ends "done"
  return run.value:match "disabled_plugins = (%b[])"
end

describe("containerd.enable_cri", function()
  it("takes the kubelet's plugin off the list, however it is written", function()
    expect(enabled '"cri"').equals "[]"
    expect(enabled '"io.containerd.grpc.v1.cri"').equals "[]"
    expect(enabled "'cri', \"btrfs\"").equals '["btrfs"]'
  end)

  it("leaves other plugins as they are", function()
    expect(enabled '"btrfs", "zfs"').equals '["btrfs", "zfs"]'
  end)

  it("needs no configuration", function()
    local run = rehearse { step = function() containerd.enable_cri() end }
    expect(run.effects).equals {}
  end)
end)
