--- The networks by which multus gives a pod its VFs.
local networks = {}

local resources = require "vsr.resources"

--- sriov-cni's configuration, for one network.
local CONFIG = '{ "type": "sriov", "cniVersion": "0.3.1", "name": "%s", "trust": "on", "spoofchk": "off" }'

--- One NetworkAttachmentDefinition for each port.
--- @param ports table[] as `nics.discover` answers
function networks.definitions(ports)
  local definitions = {}
  for number, named in ipairs(resources.of(ports)) do
    definitions[number] = {
      apiVersion = "k8s.cni.cncf.io/v1",
      kind = "NetworkAttachmentDefinition",
      metadata = {
        name = named.network,
        annotations = { ["k8s.v1.cni.cncf.io/resourceName"] = resources.full_name(named) },
      },
      spec = { config = CONFIG:format(named.cni_network) },
    }
  end
  return definitions
end

--- D33: makes them.
function networks.install(ports)
  local objects = networks.definitions(ports)
  if #objects > 0 then
    kube.apply { objects = objects }
  end
end

return networks
