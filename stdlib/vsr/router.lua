--- The router's own objects: what admits its pod, and the pod.
local router = {}

local nics = require "vsr.nics"
local resources = require "vsr.resources"

local ACCOUNT = "6windgate-user"
local ROLE = "6windgate-role"
local POLICY = "6windgate-sysctl"

--- The labels by which its pods are found.
router.SELECTOR = "app=fastpath"

--- Up to Kubernetes 1.24: pods of the account may set `net.*` sysctls, by PodSecurityPolicy. The documented policy
--- admits none of the pod's capabilities, which counts only where the PodSecurityPolicy admission plugin is on.
--- @param capabilities string[]? those that it admits; nil: as documented
local function policy(capabilities)
  local any = { rule = "RunAsAny" }
  return {
    { apiVersion = "policy/v1beta1", kind = "PodSecurityPolicy",
      metadata = { name = POLICY },
      spec = {
        seLinux = any,
        runAsUser = any,
        fsGroup = any,
        supplementalGroups = any,
        volumes = { "*" },
        allowedUnsafeSysctls = { "net.*" },
        allowedCapabilities = capabilities,
      } },
    { apiVersion = "rbac.authorization.k8s.io/v1", kind = "ClusterRole",
      metadata = { name = ROLE },
      rules = {
        { apiGroups = { "policy" }, resources = { "podsecuritypolicies" }, verbs = { "use" },
          resourceNames = { POLICY } },
      } },
    { apiVersion = "rbac.authorization.k8s.io/v1", kind = "ClusterRoleBinding",
      metadata = { name = "6windgate-binding" },
      roleRef = { apiGroup = "rbac.authorization.k8s.io", kind = "ClusterRole", name = ROLE },
      subjects = { { kind = "ServiceAccount", name = ACCOUNT, namespace = "default" } } },
  }
end

--- From Kubernetes 1.25: there is no PodSecurityPolicy any more; the namespace says what it admits, and the kubelet
--- which sysctls it allows.
local function namespace()
  return {
    { apiVersion = "v1", kind = "Namespace",
      metadata = { name = "default", labels = { ["pod-security.kubernetes.io/enforce"] = "privileged" } } },
  }
end

local function account()
  return { apiVersion = "v1", kind = "ServiceAccount", metadata = { name = ACCOUNT, namespace = "default" } }
end

--- The capabilities of the documented pod, and what each is for.
local CAPABILITIES = {
  "NET_ADMIN", -- Linux networking
  "SYS_ADMIN", -- eBPF exception path, VRF, tcpdump
  "SYS_NICE", -- NUMA information of memory
  "IPC_LOCK", -- memory of DPDK
  "NET_BROADCAST", -- notifications of VRFs
  "AUDIT_WRITE", -- records to the kernel's audit log
}

local function host_path(name, path)
  return { name = name, hostPath = { path = path, type = "" } }
end

local function memory(name, size)
  return { name = name, emptyDir = { medium = "Memory", sizeLimit = size } }
end

--- The documented capabilities, and those that the ports' families need besides.
local function capabilities_for(container, options)
  local list, known = { table.unpack(CAPABILITIES) }, {}
  local function add(capability)
    if not known[capability] then
      known[capability] = true
      list[#list + 1] = capability
    end
  end
  for _, capability in ipairs(container.capabilities) do
    add(capability)
  end
  if options.raw_io then
    add "SYS_RAWIO"
  end
  return list
end

--- @param ports table[] as `nics.discover` answers
--- @param options table
local function deployment(ports, options)
  local networks, container = resources.of(ports), nics.container(ports)
  local amounts = {
    cpu = tostring(options.cpus),
    memory = options.memory,
  }
  local has_pages = options.hugepages ~= ""
  if has_pages then
    amounts[options.page_size == "2MiB" and "hugepages-2Mi" or "hugepages-1Gi"] = options.hugepages
  end
  local names = {}
  for number, named in ipairs(networks) do
    amounts[resources.full_name(named)] = "1"
    names[number] = named.network
  end
  local mounts = {
    { name = "shm", mountPath = "/dev/shm" },
    { name = "net", mountPath = "/dev/net/tun" },
    { name = "ppp", mountPath = "/dev/ppp" },
    { name = "cgroup", mountPath = "/sys/fs/cgroup" },
    { name = "tmp", mountPath = "/tmp" },
    { name = "run", mountPath = "/run" },
    { name = "run-lock", mountPath = "/run/lock" },
  }
  local volumes = {
    memory("shm", "512Mi"),
    host_path("net", "/dev/net/tun"),
    host_path("ppp", "/dev/ppp"),
    host_path("cgroup", "/sys/fs/cgroup"),
    memory("tmp", "200Mi"),
    memory("run", "200Mi"),
    memory("run-lock", "200Mi"),
  }
  for _, mount in ipairs(container.mounts) do
    mounts[#mounts + 1] = { name = mount.name, mountPath = mount.path }
    volumes[#volumes + 1] = host_path(mount.name, mount.path)
  end
  if has_pages then
    -- Kubernetes refuses a volume of huge pages in a pod that asks for none.
    table.insert(mounts, 1, { name = "hugepage", mountPath = "/dev/hugepages" })
    table.insert(volumes, 1, { name = "hugepage", emptyDir = { medium = "HugePages", sizeLimit = options.hugepages } })
  end
  return {
    apiVersion = "apps/v1",
    kind = "Deployment",
    metadata = { name = "vsr", labels = { app = "vsr" } },
    spec = {
      replicas = 1,
      selector = { matchLabels = { app = "fastpath" } },
      template = {
        metadata = {
          labels = { app = "fastpath" },
          annotations = #names > 0 and { ["k8s.v1.cni.cncf.io/networks"] = table.concat(names, ",") } or nil,
        },
        spec = {
          restartPolicy = "Always",
          serviceAccountName = ACCOUNT,
          securityContext = {
            sysctls = {
              { name = "net.ipv4.conf.default.disable_policy", value = "1" }, -- IPsec packets for a local address
              { name = "net.ipv4.ip_local_port_range", value = "30000 40000" },
              { name = "net.ipv4.ip_forward", value = "1" },
              { name = "net.ipv6.conf.all.forwarding", value = "1" },
            },
          },
          containers = {
            {
              name = "vsr",
              image = options.image,
              imagePullPolicy = "IfNotPresent",
              -- Requests equal to limits: the pod is of class Guaranteed, and gets processors of its own.
              resources = { limits = amounts, requests = amounts },
              env = null,
              securityContext = { capabilities = { add = capabilities_for(container, options) } },
              volumeMounts = mounts,
              stdin = true,
              tty = true,
            },
          },
          imagePullSecrets = { { name = options.pull_secret } },
          volumes = volumes,
        },
      },
    },
  }
end

--- D36: everything in the document's `vsr.yaml`, as this version of Kubernetes wants it.
---
--- Options: `image`, `cpus`, `memory`, `hugepages` (an amount of memory; empty: none), `page_size` (`1GiB`, or `2MiB`
--- for D41), `pull_secret`, `raw_io` (D40: CAP_SYS_RAWIO, where the IOMMU is off), and `enforces_policy` (whether the
--- cluster admits only pods that a PodSecurityPolicy admits: kubeadm's does not).
--- @param kubernetes table as `versions.of` answers
--- @param ports table[] as `nics.discover` answers
--- @param options table
function router.objects(kubernetes, ports, options)
  local capabilities = options.enforces_policy and capabilities_for(nics.container(ports), options) or nil
  local objects = kubernetes.has_pod_security_policy and policy(capabilities) or namespace()
  objects[#objects + 1] = account()
  objects[#objects + 1] = deployment(ports, options)
  return objects
end

--- What a machine has of it that was set up by hand: enough of each object to delete it. The namespace is not among
--- them.
function router.identities()
  local identities = {}
  local objects = policy()
  objects[#objects + 1] = account()
  objects[#objects + 1] = { apiVersion = "apps/v1", kind = "Deployment", metadata = { name = "vsr" } }
  for number, object in ipairs(objects) do
    -- The pod first: what admits it stays until it is gone.
    identities[#objects - number + 1] = {
      apiVersion = object.apiVersion, kind = object.kind,
      metadata = { name = object.metadata.name, namespace = object.metadata.namespace },
    }
  end
  return identities
end

return router
