-- Virtual Service Router on a one-node Kubernetes cluster, with SR-IOV interfaces: the documented install, section by
-- section. D numbers are the documented steps in their order. A boot step is one whose effect a reboot loses.
--
-- Where a parameter is empty, the step does what the document says. A mirror's address takes the public one's place.

local params = runbook {
  name = "install-single-node",
  version = "2.2.0",
  api = 1,
  summary = "Virtual Service Router on a one-node Kubernetes cluster, with SR-IOV interfaces",
  params = {
    -- The machine.
    hugepages = { type = "integer", default = 16, min = 0, doc = "GiB of huge pages on each NUMA node; a pod needs 8" },
    hugepage_size = {
      type = "string",
      default = "1GiB",
      values = { "1GiB", "2MiB" },
      doc = "size of one huge page; those of 2 MiB are allocated at boot, by one reboot if need be",
    },
    nics = {
      type = "list",
      default = {
        { name = "ens787f0", address = "0000:81:00.0", vfs = 1 },
        { name = "ens804f0", address = "0000:83:00.0", vfs = 1 },
      },
      doc = "the ports that the router gets: name, PCI address, vfs (virtual functions); and, where a site wants them, "
        .. "family, prefix (of the resource), flow_groups",
    },
    reserved_cpus = { type = "string", default = "0-3", doc = "processors kept for the system and Kubernetes itself" },
    iommu = {
      type = "string",
      default = "on",
      values = { "on", "off" },
      doc = "on: it is turned on, by one reboot if need be; off: the router runs without, at the site's own risk",
    },

    -- Versions.
    kubernetes = {
      type = "string",
      default = "1.24.0",
      doc = "Kubernetes, from 1.20.0 on; made for versions up to 1.37, a newer one is tried with a note; "
        .. "up to 1.23 give kubernetes_repository",
    },
    flannel = {
      type = "string",
      default = "",
      doc = "flannel; empty: v0.13.1-rc1, from Kubernetes 1.25 on v0.22.3, whose manifest has no PodSecurityPolicy",
    },
    multus = {
      type = "string",
      default = "v3.8",
      doc = "multus: a tag, or a commit of 40 digits; v3.8 goes with every version of Kubernetes",
    },
    sriov_cni = { type = "string", default = "v2.6.1", doc = "sriov-cni: a tag, or a commit of 40 digits" },
    device_plugin = { type = "string", default = "v3.3.2", doc = "SR-IOV network device plugin" },
    cni_plugins = {
      type = "string",
      default = "v0.9.1",
      doc = "source of the CNI plugin flannel, where kubernetes-cni has none: a tag, or a commit of 40 digits",
    },

    allow_cgroup_v1 = {
      type = "boolean",
      default = false,
      doc = "run Kubernetes 1.35 or later on a machine with cgroup v1, which its kubelet refuses by itself",
    },
    control_plane_timeout = {
      type = "integer",
      default = 240,
      min = 1,
      doc = "seconds that the control plane may take to come up; a slow machine may need more than kubeadm's own 240",
    },

    -- The router.
    pod_network = { type = "string", default = "10.244.0.0/16", doc = "addresses of pods inside the cluster" },
    vsr_image = { type = "string", default = "download.6wind.com/vsr/x86_64-ce/3.5", doc = "the router's image" },
    vsr_version = { type = "string", default = "3.5.1", doc = "its tag" },
    pod_cpus = {
      type = "number",
      default = 4,
      min = 0,
      doc = "processors of the pod: whole ones are its own, a fraction is shared with others",
    },
    pod_memory = { type = "string", default = "2Gi", doc = "memory of the pod" },
    pod_hugepages = { type = "string", default = "8Gi", doc = "memory of the pod in huge pages; empty: it gets none" },
    registry = { type = "string", default = "download.6wind.com", doc = "the registry of the router's image" },
    login = { type = "string", default = "", doc = "login at the registry; empty: the operator is asked" },
    password = { type = "secret", default = "prompt", doc = "its password: prompt, file:PATH or credential:NAME" },
    replace_secret = { type = "boolean", default = false, doc = "replace a Secret regcred that somebody else made" },
    pod_timeout = { type = "integer", default = 900, min = 1, doc = "seconds that the pod may take until it is ready" },

    -- Mirrors, for sites without internet access, and what they are checked against.
    kubernetes_repository = {
      type = "string",
      default = "",
      doc = "apt repository: its address, or address, suite and components; empty: pkgs.k8s.io's of the minor version",
    },
    kubernetes_key = {
      type = "string",
      default = "",
      doc = "address or path of that repository's signing key; empty: its Release.key",
    },
    kubernetes_key_fingerprint = {
      type = "string",
      default = "DE15 B144 86CD 377B 9E87  6E1A 2346 54DA 9A29 6436",
      doc = "fingerprint of the signing key",
    },
    kubernetes_images = {
      type = "string",
      default = "",
      doc = "registry of its images, those that `kubeadm config images list --image-repository` names; empty: "
        .. "registry.k8s.io",
    },
    flannel_manifest = {
      type = "string",
      default = "",
      doc = "address or path of kube-flannel.yml; empty: flannel's own",
    },
    flannel_sha256 = { type = "string", default = "", doc = "its SHA-256; empty: it is not verified" },
    flannel_image = { type = "string", default = "", doc = "flannel's image; empty: the manifest's" },
    cni_plugins_repository = {
      type = "string",
      default = "",
      doc = "git repository of the CNI plugins; empty: theirs",
    },
    multus_repository = { type = "string", default = "", doc = "git repository of multus-cni; empty: the project's" },
    multus_image = { type = "string", default = "", doc = "multus' image; empty: ghcr.io's of the version" },
    sriov_cni_repository = { type = "string", default = "", doc = "git repository of sriov-cni; empty: the project's" },
    go_proxy = { type = "string", default = "", doc = "Go module proxy for the builds; empty: Go's own choice" },
    device_plugin_image = { type = "string", default = "", doc = "the device plugin's image; empty: ghcr.io's" },
  },
}

local boot = require "vsr.boot"
local cluster = require "vsr.cluster"
local command_line = require "vsr.command_line"
local compatibility = require "vsr.compatibility"
local containerd = require "vsr.containerd"
local device_plugin = require "vsr.device_plugin"
local docker = require "vsr.docker"
local flannel = require "vsr.flannel"
local kubelet = require "vsr.kubelet"
local modules = require "vsr.modules"
local multus = require "vsr.multus"
local networks = require "vsr.networks"
local nics = require "vsr.nics"
local packages = require "vsr.packages"
local registry = require "vsr.registry"
local router = require "vsr.router"
local sriov_cni = require "vsr.sriov_cni"
local sysctls = require "vsr.sysctls"
local versions = require "vsr.versions"

-- What does not go together is refused here, before anything is touched.
local kubernetes = versions.of(params.kubernetes)
local flannel_version = flannel.version(kubernetes, params.flannel)
local repository = packages.repository(kubernetes, params)
local pages_per_gib = params.hugepage_size == "2MiB" and 512 or 1

phase "Preparation"

local has_cgroup_v1 = step("compatibility", { doc = "whether this machine can run this Kubernetes" }, function()
  return compatibility.check(kubernetes, { allow_cgroup_v1 = params.allow_cgroup_v1 })
end)

local ports = step("hardware", { doc = "which ports there are, and of which family" }, function()
  return nics.discover(params.nics)
end)

step("boot-unit", { doc = "re-applies the boot steps after a reboot, before kubelet starts" }, function()
  boot.install()
end)

step("firmware", { doc = "settings of NVIDIA cards, which a boot applies" }, function()
  nics.set_firmware(ports)
end)

step("kernel-command-line", { doc = "D40 D41; first of all, since it may take a reboot" }, function()
  command_line.ensure {
    iommu = params.iommu == "on",
    firmware_lacks = nics.firmware_lacks(ports),
    small_pages = pages_per_gib > 1 and params.hugepages * pages_per_gib * #numa.nodes() or nil,
  }
end)

local iommu_is_off = step("iommu", { doc = "D40; off only by the site's consent" }, function()
  return not iommu.state().enabled
end)

checkpoint "preparation"

phase "Memory configuration"

step("swap-off", { doc = "D1" }, function()
  swap.off()
end)

step("hugepages", { doc = "D2", boot = true }, function()
  for _, node in ipairs(numa.nodes()) do
    hugepages.reserve { node = node, size = params.hugepage_size, count = params.hugepages * pages_per_gib }
  end
end)

step("hugepages-mount", { doc = "D3", boot = true }, function()
  local size = params.hugepage_size == "2MiB" and "2M" or "1G"
  mount.ensure { path = "/dev/hugepages", type = "hugetlbfs", options = { "pagesize=" .. size } }
end)

checkpoint "memory"

phase "Docker"

step("docker", { doc = "D4" }, function()
  docker.install()
end)

checkpoint "docker"

phase "Kubernetes packages"

step("apt-transport", { doc = "D5" }, function()
  packages.install_transport()
end)

step("kubernetes-key", { doc = "D6; the documented key has expired with its repository" }, function()
  packages.add_key(repository)
end)

step("kubernetes-repository", { doc = "D7; apt.kubernetes.io is gone since 2024-03-04" }, function()
  packages.add_repository(kubernetes, repository)
end)

step("kubernetes-packages", { doc = "D8" }, function()
  packages.install(kubernetes)
end)

step("kubernetes-hold", { doc = "D9" }, function()
  packages.hold()
end)

checkpoint "kubernetes-packages"

phase "Containerd and kubelet"

step("containerd-modules", { doc = "D10 D11" }, function()
  modules.load("containerd", { "overlay", "br_netfilter" })
end)

step("kubernetes-sysctls", { doc = "D12" }, function()
  sysctls.set("99-kubernetes-cri", {
    { "net.bridge.bridge-nf-call-iptables", 1 },
    { "net.bridge.bridge-nf-call-ip6tables", 1 },
    { "net.ipv4.ip_forward", 1 },
  })
end)

step("containerd-cri", { doc = "the kubelet's plugin on, cgroups by systemd: packages have it otherwise" }, function()
  local mirror = params.kubernetes_images
  containerd.configure(mirror ~= "" and ("%s/pause:%s"):format(mirror, kubernetes.pause) or nil)
end)

step("containerd-limits", { doc = "D13" }, function()
  containerd.raise_limits()
end)

step("inotify-sysctls", { doc = "D14" }, function()
  sysctls.set("99-vsr-inotify", {
    { "fs.inotify.max_user_instances", 2048 },
    { "fs.inotify.max_user_watches", 1048576 },
  })
end)

step("containerd-restart", { doc = "D15" }, function()
  containerd.restart()
end)

step("kubelet-flags", { doc = "D16; from Kubernetes 1.25 on they are fields of its configuration" }, function()
  kubelet.configure(kubernetes, params.reserved_cpus)
end)

step("kubelet-restart", { doc = "D17" }, function()
  kubelet.restart()
end)

checkpoint "containerd-and-kubelet"

phase "Cluster"

step("cluster", { doc = "D18" }, function()
  cluster.init(kubernetes, {
    pod_network = params.pod_network,
    reserved_cpus = params.reserved_cpus,
    images = params.kubernetes_images,
    timeout = params.control_plane_timeout,
    has_cgroup_v1 = has_cgroup_v1,
  })
end)

step("kubeconfig", { doc = "D19" }, function()
  cluster.install_kubeconfig()
end)

step("taint-master", { doc = "D20" }, function()
  kube.untaint { "node-role.kubernetes.io/master" }
end)

step("taint-control-plane", { doc = "D21" }, function()
  kube.untaint { "node-role.kubernetes.io/control-plane" }
end)

checkpoint "cluster"

phase "Network plugins"

step("golang", { doc = "D22" }, function()
  packages.install_build_tools()
end)

local lacks_plugin = step("flannel-manifest", { doc = "D23" }, function()
  return flannel.fetch(kubernetes, {
    version = flannel_version,
    manifest = params.flannel_manifest,
    sha256 = params.flannel_sha256,
  })
end)

step("flannel", { doc = "D23" }, function()
  flannel.install {
    lacks_plugin = lacks_plugin,
    image = params.flannel_image,
    pod_network = params.pod_network,
    plugins_revision = params.cni_plugins,
    plugins_repository = params.cni_plugins_repository,
    go_proxy = params.go_proxy,
  }
end)

step("multus", { doc = "D24; its pod does not replace the program that was built" }, function()
  multus.install(kubernetes, {
    revision = params.multus,
    repository = params.multus_repository,
    image = params.multus_image,
    go_proxy = params.go_proxy,
  })
end)

step("sriov-cni", { doc = "D25" }, function()
  sriov_cni.install {
    revision = params.sriov_cni,
    repository = params.sriov_cni_repository,
    go_proxy = params.go_proxy,
  }
end)

checkpoint "network-plugins"

phase "Configure the NICs"

step("vfio-module", { doc = "D29; before D28, which needs it; ConnectX ports need others" }, function()
  modules.load("vsr-vfio", nics.modules(ports))
end)

step("virtual-functions", { doc = "D26 D27 D28", boot = true }, function()
  for _, port in ipairs(ports) do
    nics.prepare(port, { unsafe = iommu_is_off and params.iommu == "off" })
  end
end)

step("vhost-module", { doc = "D30" }, function()
  modules.load("vsr-vhost", { "vhost-net" })
end)

checkpoint "nics"

phase "Kubernetes networking resources"

step("device-plugin", { doc = "D31 D32" }, function()
  device_plugin.install(kubernetes, ports, {
    version = params.device_plugin,
    image = params.device_plugin_image,
  })
end)

step("networks", { doc = "D33" }, function()
  networks.install(ports)
end)

checkpoint "networks"

phase "Virtual Service Router"

step("registry", { doc = "D34" }, function()
  registry.sign_in {
    server = params.registry,
    login = params.login,
    password = params.password,
    replace = params.replace_secret,
  }
end)

step("ppp-module", { doc = "D35" }, function()
  modules.load("vsr-ppp", { "ppp_generic" })
end)

checkpoint "registry"

step("router", { doc = "D36; D39: rollback --to registry deletes it" }, function()
  kube.apply {
    objects = router.objects(kubernetes, ports, {
      image = params.vsr_image .. ":" .. params.vsr_version,
      cpus = params.pod_cpus,
      memory = params.pod_memory,
      hugepages = params.pod_hugepages,
      page_size = params.hugepage_size,
      pull_secret = registry.SECRET,
      raw_io = iommu_is_off,
      enforces_policy = cluster.has_admission_plugin "PodSecurityPolicy",
    }),
  }
end)

local pod = step("pod-ready", { doc = "D37" }, function()
  return kube.wait_pod { selector = router.SELECTOR, timeout = params.pod_timeout }
end)

step("connect", { doc = "D38" }, function()
  note("kubectl describe pod " .. pod.name)
  note(("kubectl exec %s -it -- login"):format(pod.name))
end)

checkpoint "router"
