--- The names of what one port becomes in Kubernetes. The device plugin, the networks and the router's pod meet in them.
local resources = {}

local nics = require "vsr.nics"

--- Names for each port, in the order of the ports: their family's, with the prefix that the site chose.
--- @param ports table[] as `nics.discover` answers
--- @return { port: table, family: table, resource: string, domain: string, network: string, cni_network: string }[]
function resources.of(ports)
  local named = {}
  for number, port in ipairs(ports) do
    local family = nics.of(port)
    local word = family.word or "pci" .. port.vendor
    if word:find "[^%w_]" then
      error(("the family %s has the word '%s': a resource's name has letters, digits and _ only"):format(
        family.name, word))
    end
    named[number] = {
      port = port,
      family = family,
      domain = port.prefix or family.domain,
      resource = ("%s_sriov_nic_vsr%d"):format(word, number),
      network = ("multus-%s-sriov-nic-vsr%d"):format(word, number),
      cni_network = ("sriov-%s-nic-vsr%d"):format(word, number),
    }
  end
  return named
end

--- The name by which a pod asks for the resource.
function resources.full_name(named)
  return named.domain .. "/" .. named.resource
end

return resources
