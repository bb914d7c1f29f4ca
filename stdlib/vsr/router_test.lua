local router = require "vsr.router"
local versions = require "vsr.versions"

local old, new = versions.of "1.24.0", versions.of "1.29.3"

local intel = { name = "ens787f0", vendor = "8086", family = "ixgbe", vf_device = "10ed", vfs = 1 }
local mellanox = { name = "ens1f0np0", vendor = "15b3", family = "mlx5", vf_device = "1018", vfs = 1 }

local function options(more)
  local all = {
    image = "registry/vsr:3.5.1", cpus = 4, memory = "2Gi", hugepages = "8Gi", page_size = "1GiB",
    pull_secret = "regcred",
  }
  for key, value in pairs(more or {}) do
    all[key] = value
  end
  return all
end

--- The objects by their kind; the pod's container under `container`.
local function by_kind(kubernetes, ports, more)
  local objects = {}
  for _, object in ipairs(router.objects(kubernetes, ports, options(more))) do
    objects[object.kind] = object
  end
  objects.pod = objects.Deployment.spec.template
  objects.container = objects.pod.spec.containers[1]
  return objects
end

describe("router", function()
  it("is admitted by a policy as long as there are any", function()
    local objects = by_kind(old, { intel })
    expect(objects.PodSecurityPolicy.spec.allowedUnsafeSysctls).equals { "net.*" }
    expect(objects.ClusterRole.rules[1].resourceNames).equals { objects.PodSecurityPolicy.metadata.name }
    expect(objects.Namespace).equals(nil)
  end)

  it("has its capabilities admitted where a cluster enforces policies", function()
    expect(by_kind(old, { intel }).PodSecurityPolicy.spec.allowedCapabilities).equals(nil)
    local objects = by_kind(old, { intel }, { enforces_policy = true })
    expect(objects.PodSecurityPolicy.spec.allowedCapabilities).equals(
      objects.container.securityContext.capabilities.add)
  end)

  it("is admitted by its namespace from 1.25 on", function()
    local objects = by_kind(new, { intel })
    expect(objects.PodSecurityPolicy).equals(nil)
    expect(objects.Namespace.metadata.labels).equals { ["pod-security.kubernetes.io/enforce"] = "privileged" }
  end)

  it("asks for what its limits are, so that its processors are its own", function()
    local resources = by_kind(old, { intel, mellanox }).container.resources
    expect(resources.requests).equals(resources.limits)
    expect(resources.limits).equals {
      cpu = "4", memory = "2Gi", ["hugepages-1Gi"] = "8Gi",
      ["intel.com/intel_sriov_nic_vsr1"] = "1", ["mellanox.com/mellanox_sriov_nic_vsr2"] = "1",
    }
  end)

  it("gets a network for each port", function()
    local annotations = by_kind(old, { intel, mellanox }).pod.metadata.annotations
    expect(annotations["k8s.v1.cni.cncf.io/networks"]).equals(
      "multus-intel-sriov-nic-vsr1,multus-mellanox-sriov-nic-vsr2")
    expect(by_kind(old, {}).pod.metadata.annotations).equals(nil)
  end)

  it("has pages of 2 MiB where the site has", function()
    expect(by_kind(old, {}, { page_size = "2MiB" }).container.resources.limits["hugepages-2Mi"]).equals "8Gi"
  end)

  it("has no volume of huge pages without huge pages", function()
    local objects = by_kind(old, {}, { hugepages = "" })
    expect(objects.pod.spec.volumes).never.contains { name = "hugepage" }
    expect(objects.container.volumeMounts).never.contains { name = "hugepage" }
    expect(by_kind(old, {}).pod.spec.volumes).contains { name = "hugepage", emptyDir = { medium = "HugePages" } }
  end)

  it("has the capabilities that its ports need, each once", function()
    local function capabilities(ports, more)
      return by_kind(old, ports, more).container.securityContext.capabilities.add
    end
    expect(capabilities { intel }).never.contains "SYS_RAWIO"
    expect(capabilities { intel }).never.contains "NET_RAW"
    expect(capabilities({ intel }, { raw_io = true })).contains "SYS_RAWIO"
    local both = capabilities { mellanox, mellanox }
    expect(both).contains "NET_RAW"
    expect(#both).equals(7)
  end)

  it("is deleted before what admits it", function()
    local identities = router.identities()
    expect(identities[1]).equals { apiVersion = "apps/v1", kind = "Deployment", metadata = { name = "vsr" } }
    expect(identities[#identities].kind).equals "PodSecurityPolicy"
    expect(identities).never.contains { kind = "Namespace" }
  end)
end)
