local compatibility = require "vsr.compatibility"
local versions = require "vsr.versions"

local function checked(version, options)
  return rehearse {
    step = function()
      return compatibility.check(versions.of(version), options or { allow_cgroup_v1 = false })
    end,
  }
end

describe("compatibility.check", function()
  it("answers whether the machine has cgroup v1", function()
    expect(checked("1.34.0").value).equals(true)
    expect(checked("1.35.0", { allow_cgroup_v1 = true }).value).equals(true)
  end)

  it("refuses cgroup v1 where the kubelet does", function()
    expect(checked "1.35.0").ends("failed", "which the kubelet refuses since Kubernetes 1.35")
  end)

  it("says that a version is newer than it knows", function()
    local run = checked("1.99.0", { allow_cgroup_v1 = true })
    expect(run).ends "done"
    expect(#run.notes).equals(2)
    expect(run.notes[1]).contains "does not say which cgroup manager it has"
    expect(run.notes[2]).contains "Kubernetes 1.99.0 is newer than 1."
    expect(checked("1.37.0", { allow_cgroup_v1 = true }).notes).equals {}
  end)
end)
