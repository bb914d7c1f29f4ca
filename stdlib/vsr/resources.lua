--- The names of what one port becomes in Kubernetes. The device plugin, the networks and the router's pod meet in them.
local resources = {}

--- By vendor identifier: the word in names, and the domain of its resources.
local MAKERS = { ["8086"] = { word = "intel", domain = "intel.com" } }

--- Names for each port, in the order of the ports.
--- @param ports { name: string, vendor: string, vf_device: string }[] as `nics.discover` answers
--- @return { port: table, resource: string, domain: string, network: string, cni_network: string }[]
function resources.of(ports)
  local named = {}
  for number, port in ipairs(ports) do
    local maker = MAKERS[port.vendor] or { word = "pci" .. port.vendor, domain = "vsr.local" }
    named[number] = {
      port = port,
      domain = maker.domain,
      resource = ("%s_sriov_nic_vsr%d"):format(maker.word, number),
      network = ("multus-%s-sriov-nic-vsr%d"):format(maker.word, number),
      cni_network = ("sriov-%s-nic-vsr%d"):format(maker.word, number),
    }
  end
  return named
end

--- The name by which a pod asks for the resource.
function resources.full_name(named)
  return named.domain .. "/" .. named.resource
end

return resources
