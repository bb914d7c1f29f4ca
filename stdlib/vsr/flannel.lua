--- flannel, which gives each pod an address inside the cluster.
local flannel = {}

local manifests = require "vsr.manifests"
local sources = require "vsr.sources"

local ADDRESS = "https://raw.githubusercontent.com/flannel-io/flannel/%s/Documentation/kube-flannel.yml"
local FILE = "/usr/local/share/vsr/kube-flannel.yml"

--- The documented version, and the one for Kubernetes without PodSecurityPolicy; from v0.19.0 on flannel's namespace is
--- `kube-flannel`.
local DOCUMENTED, WITHOUT_POLICY = "v0.13.1-rc1", "v0.22.3"

--- What the manifests of versions before v0.NN.0 have that Kubernetes dropped, the newest first.
local DROPPED = {
  { before = 19, what = "a PodSecurityPolicy (policy/v1beta1)", since = 25 },
  { before = 13, what = "roles of rbac.authorization.k8s.io/v1beta1", since = 22 },
  { before = 12, what = "DaemonSets of extensions/v1beta1", since = 16 },
}

--- Chooses the version, or refuses the one chosen.
--- @param kubernetes table as `versions.of` answers
--- @param version string such as `v0.13.1-rc1`; empty: what the version of Kubernetes can run
--- @return string
function flannel.version(kubernetes, version)
  if version == "" then
    return kubernetes.has_pod_security_policy and DOCUMENTED or WITHOUT_POLICY
  end
  local minor = math.tointeger(version:match "^v0%.(%d+)%.")
  for _, dropped in ipairs(DROPPED) do
    if minor and minor < dropped.before and kubernetes.minor >= dropped.since then
      error(("flannel %s does not go with Kubernetes %s: its manifest has %s, which Kubernetes 1.%d removed; give "
        .. "flannel = v0.%d.0 or later"):format(version, kubernetes.text, dropped.what, dropped.since, dropped.before))
    end
  end
  return version
end

--- D23: fetches the manifest from its address or the site's mirror.
---
--- Older manifests count on the CNI plugin `flannel` of the package kubernetes-cni, which it no longer has since 1.0;
--- newer manifests bring it along.
---
--- Options: `version`; `manifest` (a mirror's address, unless empty), `sha256` (unless empty).
--- @param kubernetes table as `versions.of` answers
--- @param options table
--- @return boolean whether the plugin is missing, and has to be built
function flannel.fetch(kubernetes, options)
  local verified = options.sha256 ~= ""
  if not verified then
    note "kube-flannel.yml is taken as it comes over https; give flannel_sha256 to have it verified"
  end
  download.fetch {
    url = ADDRESS:format(options.version),
    path = FILE,
    sha256 = verified and options.sha256 or nil,
    unverified = not verified,
    mirror = options.manifest ~= "" and options.manifest or nil,
    parameter = "flannel_manifest",
  }
  local text = file.read(FILE)
  manifests.check(kubernetes, text, "flannel's manifest")
  return not file.stat "/opt/cni/bin/flannel" and not text:find("flannel-cni-plugin", 1, true)
end

--- Builds the last release of the plugins that has flannel's.
local function build_plugin(options)
  sources.install_plugin {
    name = "cni-plugins",
    repository = "https://github.com/containernetworking/plugins.git",
    revision = options.plugins_revision,
    mirror = options.plugins_repository,
    parameter = "cni_plugins_repository",
    argv = { "./build_linux.sh" },
    output = "bin/flannel",
    plugin = "flannel",
    go_proxy = options.go_proxy,
  }
end

--- D23: the manifest that was fetched, with the network of this cluster.
---
--- Options: `lacks_plugin`, as `flannel.fetch` answered; `image` (unless empty), `pod_network`; `plugins_revision`,
--- `plugins_repository` and `go_proxy` for the CNI plugin.
--- @param options table
function flannel.install(options)
  if options.lacks_plugin then
    build_plugin(options)
  end
  local text = file.read(FILE):gsub('("Network":%s*)"[^"]*"', '%1"' .. options.pod_network .. '"')
  if options.image ~= "" then
    text = manifests.with_image(text, "flannel:", options.image)
  end
  manifests.apply(text)
  kube.wait_node {}
end

return flannel
