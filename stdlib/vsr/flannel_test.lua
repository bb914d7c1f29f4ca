local flannel = require "vsr.flannel"
local versions = require "vsr.versions"

describe("flannel", function()
  it("is the documented version as long as Kubernetes can run it", function()
    expect(flannel.version(versions.of "1.24.0", "")).equals "v0.13.1-rc1"
    expect(flannel.version(versions.of "1.25.0", "")).equals "v0.22.3"
    expect(flannel.version(versions.of "1.29.3", "v0.24.0")).equals "v0.24.0"
  end)

  it("refuses a version whose policy Kubernetes removed", function()
    expect(function()
      flannel.version(versions.of "1.25.0", "v0.18.1")
    end).fails "flannel v0.18.1 does not go with Kubernetes 1.25.0: its manifest has a PodSecurityPolicy"
    expect(flannel.version(versions.of "1.21.9", "v0.12.0")).equals "v0.12.0"
    expect(function()
      flannel.version(versions.of "1.22.0", "v0.12.0")
    end).fails "which Kubernetes 1.22 removed; give flannel = v0.13.0 or later"
  end)

  local function fetched(machine, more)
    return rehearse {
      machine = machine,
      step = function()
        local options = { version = "v0.13.1-rc1", manifest = "", sha256 = "" }
        for key, value in pairs(more or {}) do
          options[key] = value
        end
        return flannel.fetch(versions.of "1.24.0", options)
      end,
    }
  end

  it("lacks its CNI plugin on a bare machine", function()
    local run = fetched "reference"
    expect(run).ends "done"
    expect(run.value).equals(true)
    expect(run).has_effect { primitive = "download.fetch", result = "changed" }
    expect(run.notes).equals {
      "kube-flannel.yml is taken as it comes over https; give flannel_sha256 to have it verified",
    }
  end)

  it("takes no manifest of another sum", function()
    local run = fetched("reference", { sha256 = ("0"):rep(64) })
    expect(run).ends("failed", "kube-flannel.yml")
    expect(run.look(function() return file.stat "/usr/local/share/vsr/kube-flannel.yml" end)).equals(nil)
    expect(run.notes).equals {}
  end)

  it("names the parameter of a mirror that is not there", function()
    expect(fetched("reference", { manifest = "https://mirror.invalid/kube-flannel.yml" }))
      .ends("failed", "flannel_manifest")
  end)
end)
