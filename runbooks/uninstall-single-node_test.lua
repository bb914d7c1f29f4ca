local function uninstall(machine, more)
  local description = { runbook = "uninstall-single-node", machine = machine }
  for key, value in pairs(more or {}) do
    description[key] = value
  end
  return rehearse(description)
end

--- The machine that was set up by hand, after a function has done something to it.
local function by_hand(change)
  local run = rehearse { machine = "by-hand", step = change }
  expect(run).ends "done"
  return run
end

local MODULES = "/etc/modules-load.d/containerd.conf"

describe("the uninstall", function()
  local run = uninstall "by-hand"

  it("does what it did", function()
    expect(run).ends "done"
    expect(run).matches_snapshot "an install by hand, taken away"
  end)

  it("leaves nothing of the documented install", function()
    local left = run.look(function()
      local found = {}
      for _, path in ipairs {
        "/etc/kubernetes/admin.conf", "/root/.kube/config", "/opt/cni/bin/multus", "/usr/bin/kubelet", MODULES,
      } do
        found[#found + 1] = file.stat(path) and path
      end
      return { files = found, vfs = #sriov.vfs "ens787f0" + #sriov.vfs "ens804f0" }
    end)
    expect(left).equals { files = {}, vfs = 0 }
  end)

  it("changes nothing a second time", function()
    local again = uninstall(run)
    expect(again).ends "done"
    expect(again.changed).equals(0)
  end)

  it("has nothing to do on a bare machine", function()
    local bare = uninstall "reference"
    expect(bare).ends "done"
    expect(bare.changed).equals(0)
  end)

  it("keeps the cluster where it is told to", function()
    local kept = uninstall("by-hand", { params = { cluster = "keep" } })
    expect(kept).ends "done"
    expect(kept).never.has_effect { primitive = "kubeadm.reset" }
    expect(kept.look(function() return kube.get { kind = "Deployment", name = "vsr" } end)).equals(nil)
    expect(kept.look(function() return apt.package("kubelet").installed ~= nil end)).equals(true)
  end)
end)

describe("what may be another's", function()
  it("is refused, all of it at once, before anything is touched", function()
    local machine = by_hand(function()
      file.write { path = MODULES, content = "overlay\nzfs\n" }
      kube.apply { objects = {
        { apiVersion = "apps/v1", kind = "Deployment", metadata = { name = "shop", namespace = "default" },
          spec = {
            replicas = 0, selector = { matchLabels = { app = "shop" } },
            template = {
              metadata = { labels = { app = "shop" } },
              spec = { containers = { { name = "shop", image = "shop:1" } } },
            },
          } },
      } }
    end)
    local run = uninstall(machine)
    expect(run).ends("failed", MODULES .. " is not as documented")
    expect(run).ends("failed", "the cluster runs Deployment default/shop")
    expect(run.effects).equals {}
  end)

  it("stays where the operator says so", function()
    local machine = by_hand(function() file.write { path = MODULES, content = "overlay\nzfs\n" } end)
    local run = uninstall(machine, { params = { keep = { MODULES } } })
    expect(run).ends "done"
    expect(run.look(function() return file.read(MODULES) end)).equals "overlay\nzfs\n"
  end)
end)

describe("an uninstall in which something goes wrong", function()
  for _, fault in ipairs {
    "run:kubeadm reset*=kill-during", "write:*/sriov_numvfs@1=EBUSY", "run:apt-get remove*@1=exit:100",
    "run:kubectl* delete*@1=kill-after",
  } do
    it("goes on after " .. fault, function()
      expect(uninstall("by-hand", { faults = { fault } })).never.ends "done"
      local run = uninstall("by-hand", { faults = { fault }, resume = true })
      expect(run).ends "done"
      expect(run.look(function() return file.stat "/etc/kubernetes/admin.conf" end)).equals(nil)
    end)
  end
end)
