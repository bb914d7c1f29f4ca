--- One install of the documented machine, to which others are compared.
local documented = rehearse { runbook = "install-single-node", machine = "reference" }

--- The install on a machine, until a step, with more: params, faults, …
local function install(machine, until_step, more)
  local description = { runbook = "install-single-node", machine = machine, ["until"] = until_step }
  for key, value in pairs(more or {}) do
    description[key] = value
  end
  return rehearse(description)
end

describe("the documented install", function()
  it("comes to a router that is ready", function()
    expect(documented).ends "done"
    expect(documented.step("pod-ready").value.name).matches "^vsr%-"
    expect(documented).has_object {
      kind = "Deployment",
      metadata = { name = "vsr" },
      spec = { replicas = 1, template = { spec = { imagePullSecrets = { { name = "regcred" } } } } },
    }
  end)

  it("does what it did", function()
    expect(documented).matches_snapshot "the documented install"
  end)

  it("changes nothing a second time", function()
    local again = install(documented)
    expect(again).ends "done"
    expect(again.changed).equals(0)
  end)

  it("can be taken back whole", function()
    local run = install("reference", nil, { rollback = true })
    expect(run).ends "rolled-back"
    expect(run.left).equals {}
    expect(run.look(function()
      return { swaps = #swap.list(), vfs = #sriov.vfs "ens787f0", docker = apt.package("docker.io").installed }
    end)).equals { swaps = 1, vfs = 0, docker = nil }
  end)

  it("can be taken back to a checkpoint", function()
    local run = install("reference", nil, { rollback = "registry" })
    expect(run).ends "rolled-back"
    expect(run.look(function() return kube.get { kind = "Deployment", name = "vsr" } end)).equals(nil)
    expect(run.look(function() return #sriov.vfs "ens787f0" end)).equals(1)
  end)

  it("re-applies after a reboot what a reboot loses", function()
    local boots = {}
    for _, step in ipairs(documented.steps) do
      boots[#boots + 1] = step.boot and step.name or nil
    end
    expect(boots).equals { "hugepages", "hugepages-mount", "virtual-functions" }
  end)
end)

describe("an install in which something goes wrong", function()
  it("names who else may hold the VFs, and goes on", function()
    local run = install("reference", nil, { faults = { "write:*/sriov_numvfs@1=EBUSY" } })
    expect(run).ends("failed", "another program is changing the VFs of ens787f0")
    expect(run.step("virtual-functions").result).equals "failed"
    local later = install("reference", nil, { faults = { "write:*/sriov_numvfs@1=EBUSY" }, resume = true })
    expect(later).ends "done"
    expect(later.changed).equals(documented.changed)
  end)

  it("mends what a kill in the middle of apt has left", function()
    local run = install("reference", nil, { faults = { "run:apt-get install*=kill-during" }, resume = true })
    expect(run).ends "done"
    expect(run).has_effect { primitive = "apt.install", target = "docker.io", result = "changed" }
  end)

  it("takes a cluster back that was half made, and makes it", function()
    local run = install("reference", nil, { faults = { "phase:kubeadm init etcd*=kill" } })
    expect(run).ends "killed"
    expect(install("reference", nil, { faults = { "phase:kubeadm init etcd*=kill" }, resume = true })).ends "done"
  end)

  it("waits for an API server that is down for a moment", function()
    expect(install("reference", nil, { faults = { "run:kubectl*@1-2=refused" } })).ends "done"
  end)

  it("stops at a download that hangs, and is taken back", function()
    local run = install("reference", nil, { faults = { "run:curl*=hang" }, rollback = true })
    expect(run).ends("rolled-back", "kubernetes_key")
    expect(run.left).equals {}
  end)

  it("says what a site without internet access needs", function()
    expect(install "no-network").ends("failed", "a site without internet access needs a mirror of it")
  end)
end)

describe("the machine", function()
  it("reboots once for the IOMMU", function()
    local run = install("iommu-off", "kernel-command-line")
    expect(run).ends "done"
    expect(run).has_event { type = "run.finished", result = "rebooting" }
    expect(run.look(function() return iommu.state().enabled end)).equals(true)
  end)

  it("runs without one where the site consents", function()
    local run = install("iommu-off", "iommu", { params = { iommu = "off" } })
    expect(run).ends "done"
    expect(run.step("iommu").value).equals(true)
    expect(run).never.has_event { result = "rebooting" }
  end)

  it("is not cut off from who works on it", function()
    local run = install "nic-carries-ssh"
    expect(run).ends("failed", "which new virtual functions may cut")
    expect(run.effects).equals {}
  end)
end)

describe("what does not go together", function()
  for _, case in ipairs {
    { { kubernetes = "1.24" }, "expected a whole version such as 1.24.0" },
    { { kubernetes = "1.23.17" }, "give the address of a mirror in kubernetes_repository" },
    { { kubernetes = "1.25.0", flannel = "v0.13.1-rc1" }, "give flannel = v0.19.0 or later" },
    { { hugepages = -1 }, "hugepages" },
    { { iommu = "of" }, 'did you mean "off"?' },
  } do
    it("is refused before anything is touched: " .. case[2], function()
      local run = install("reference", nil, { params = case[1] })
      expect(run.error).contains(case[2])
      expect(run.effects).equals {}
    end)
  end
end)
