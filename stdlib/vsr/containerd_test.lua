local containerd = require "vsr.containerd"

local CONFIG = "/etc/containerd/config.toml"

--- The list that is left of one with these plugins off.
local function enabled(plugins)
  local text = containerd.adapted("version = 2\ndisabled_plugins = [" .. plugins .. "]\nroot = \"/x\"\n")
  return text:match "disabled_plugins = (%b[])"
end

describe("containerd.adapted", function()
  it("takes the kubelet's plugin off the list, however it is written", function()
    expect(enabled '"cri"').equals "[]"
    expect(enabled '"io.containerd.grpc.v1.cri"').equals "[]"
    expect(enabled "'io.containerd.cri.v1.images', 'io.containerd.cri.v1.runtime'").equals "[]"
    expect(enabled "'cri', \"btrfs\"").equals '["btrfs"]'
  end)

  it("leaves other plugins as they are", function()
    expect(enabled '"btrfs", "zfs"').equals '["btrfs", "zfs"]'
  end)

  it("has systemd manage cgroups by the names of the file's version", function()
    for version, plugin in pairs {
      [""] = "cri",
      ["version = 2\n"] = '"io.containerd.grpc.v1.cri"',
      ["version = 3\n"] = '"io.containerd.cri.v1.runtime"',
    } do
      expect(containerd.adapted(version)).contains(
        "[plugins." .. plugin .. ".containerd.runtimes.runc.options]\n  SystemdCgroup = true\n")
    end
  end)

  it("keeps the runtime that is there", function()
    local runtime = '[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]\n  runtime_type = "mine"\n'
    expect(containerd.adapted("version = 2\n" .. runtime)).contains(runtime)
  end)

  it("takes a sandbox's image from a mirror", function()
    expect(containerd.adapted("version = 3\n", "m/pause:3.10")).contains(
      '[plugins."io.containerd.cri.v1.images".pinned_images]\n  sandbox = "m/pause:3.10"\n')
    expect(containerd.adapted("version = 2\n")).never.contains "pause"
  end)

  it("knows no version 4", function()
    expect(function() containerd.adapted "version = 4" end).fails "config.toml is of version 4"
  end)
end)

describe("containerd.configure", function()
  local function configured(text)
    return rehearse {
      step = function()
        apt.install { "docker.io" }
        if text then
          file.write { path = CONFIG, content = text, mode = "0600" }
        end
        containerd.configure()
        return file.stat(CONFIG).mode
      end,
    }
  end

  it("writes a configuration where there is none", function()
    local run = configured()
    expect(run).ends "done"
    expect(run.value).equals "0644"
  end)

  it("leaves one as private as it was", function()
    local run = configured 'disabled_plugins = ["cri"]\n'
    expect(run).ends "done"
    expect(run.value).equals "0600"
    expect(run.look(function() return file.read(CONFIG) end)).contains "disabled_plugins = []"
  end)
end)
