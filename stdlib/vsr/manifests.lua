--- Manifests of other projects, changed as text where a site or a version asks for it: the rest stays as it was
--- published.
local manifests = {}

local versions = require "vsr.versions"

--- Refuses a manifest with objects that a version of Kubernetes does not have any more.
--- @param kubernetes table as `versions.of` answers
--- @param text string the manifest
--- @param name string what a person calls it
function manifests.check(kubernetes, text, name)
  for api in ("\n" .. text):gmatch "\n[ \t]*apiVersion:[ \t]*[\"']?([%w./]+)" do
    local dropped = versions.DROPPED_APIS[api]
    if dropped and kubernetes.minor >= dropped then
      error(("%s has %s, which Kubernetes 1.%d dropped: take a newer version of it for Kubernetes %s"):format(
        name, api, dropped, kubernetes.text))
    end
  end
end

--- Puts another image in the place of those whose name holds `word`.
--- @param text string the manifest
--- @param word string such as `flannel`
--- @param image string
function manifests.with_image(text, word, image)
  return (text:gsub("(image:[ \t]*)([^\r\n]+)", function(key, present)
    if present:find(word, 1, true) then
      return key .. image
    end
  end))
end

--- @return { name: string, namespace: string }[] the DaemonSets of a manifest
function manifests.daemon_sets(text)
  local found = {}
  for metadata in text:gsub("\r", ""):gmatch "kind: DaemonSet\nmetadata:(\n.-)\n%S" do
    found[#found + 1] = {
      name = metadata:match "\n  name: *(%S+)",
      namespace = metadata:match "\n  namespace: *(%S+)" or "default",
    }
  end
  return found
end

--- Applies a manifest and waits until its DaemonSets run on every node that they are for.
--- @param text string
--- @param await fun()? called between the two
function manifests.apply(text, await)
  kube.apply { manifest = text }
  if await then
    await()
  end
  for _, set in ipairs(manifests.daemon_sets(text)) do
    kube.wait_rollout { kind = "DaemonSet", name = set.name, namespace = set.namespace }
  end
end

return manifests
