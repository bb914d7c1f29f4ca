--- multus, which gives a pod more than one network.
local multus = {}

local manifests = require "vsr.manifests"
local sources = require "vsr.sources"

local CRD = "network-attachment-definitions.k8s.cni.cncf.io"

--- Where the manifest is: up to v3.8, and in later versions.
local MANIFESTS = { "/images/multus-daemonset.yml", "/deployments/multus-daemonset.yml" }

local function manifest(folder)
  for _, path in ipairs(MANIFESTS) do
    local text = file.read(folder .. path)
    if text then
      return text
    end
  end
  error(("this version of multus has no manifest where it is known to be: %s%s"):format(
    folder, table.concat(MANIFESTS, " or " .. folder)))
end

--- The manifest runs the image of the version that was built, not of a tag that moves, and its pod leaves the program
--- that was built where it is: it would put the image's own in its place at each start, from v4 on by another
--- container.
local function adapted(text, image)
  if image then
    text = manifests.with_image(text, "multus-cni:", image)
  end
  if text:find("install-multus-binary", 1, true) then
    return (text:gsub("\n( *)initContainers:\n.-(\n%1%w)", "%2"))
  elseif text:find("skip-multus-binary-copy", 1, true) then
    return text
  end
  return (text:gsub('(\n[ \t]*- )(["\']?)(%-%-cni%-version=[%w.]+)["\']?',
    '%0%1%2--skip-multus-binary-copy=true%2'))
end

--- D24: built from its source at a revision, installed, and its DaemonSet made. The document's address redirects to the
--- project's present one. v3.8's manifest has nothing that Kubernetes 1.37 does not know: `apiextensions.k8s.io/v1`,
--- `rbac.authorization.k8s.io/v1`, `apps/v1`, `v1`.
---
--- Options: `revision`, `repository` (a mirror, unless empty), `image` (unless empty), `go_proxy`.
--- @param kubernetes table as `versions.of` answers
--- @param options table
function multus.install(kubernetes, options)
  local folder = sources.install_plugin {
    name = "multus-cni",
    repository = "https://github.com/k8snetworkplumbingwg/multus-cni.git",
    revision = options.revision,
    mirror = options.repository,
    parameter = "multus_repository",
    argv = { "./hack/build-go.sh" },
    output = "bin/multus",
    plugin = "multus",
    go_proxy = options.go_proxy,
  }
  local image = options.image ~= "" and options.image or nil
  if not image and options.revision:find "^v%d" then
    image = "ghcr.io/k8snetworkplumbingwg/multus-cni:" .. options.revision
  end
  local text = manifest(folder)
  manifests.check(kubernetes, text, "multus' manifest")
  manifests.apply(adapted(text, image), function()
    kube.wait_crd(CRD)
  end)
end

return multus
