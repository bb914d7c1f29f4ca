--- multus, which gives a pod more than one network.
local multus = {}

local manifests = require "vsr.manifests"
local sources = require "vsr.sources"

local CRD = "network-attachment-definitions.k8s.cni.cncf.io"

--- The manifest runs the image of the version that was built, not of a tag that moves, and its pod leaves the program
--- that was built where it is: it would put the image's own in its place at each start.
local function adapted(text, image)
  if image then
    text = manifests.with_image(text, "multus-cni:", image)
  end
  if text:find("skip-multus-binary-copy", 1, true) then
    return text
  end
  return (text:gsub('(\n[ \t]*- )(["\']?)(%-%-cni%-version=[%w.]+)["\']?',
    '%0%1%2--skip-multus-binary-copy=true%2'))
end

--- D24: built from its source at a revision, installed, and its DaemonSet made. The document's address redirects to the
--- project's present one.
---
--- Options: `revision`, `repository` (a mirror, unless empty), `image` (unless empty), `go_proxy`.
--- @param options table
function multus.install(options)
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
  manifests.apply(adapted(file.read(folder .. "/images/multus-daemonset.yml"), image), function()
    kube.wait_crd(CRD)
  end)
end

return multus
