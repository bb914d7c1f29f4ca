--- What the documented install leaves on a machine when it is done by hand, and how it is told from foreign things.
local leftovers = {}

local kubelet = require "vsr.kubelet"
local nics = require "vsr.nics"

local ADMIN = "/etc/kubernetes/admin.conf"

--- @return string text without what does not count: comments, empty lines, spaces at the ends and around `=`
local function plain(text)
  local lines = {}
  for line in text:gmatch "[^\n]+" do
    line = line:gsub("^%s+", ""):gsub("%s+$", ""):gsub("%s*=%s*", "=")
    if line ~= "" and line:sub(1, 1) ~= "#" then
      lines[#lines + 1] = line
    end
  end
  return table.concat(lines, "\n")
end

--- Answers a check whether a file says just this.
local function says(expected)
  return function(text)
    return plain(text) == plain(expected)
  end
end

--- Whether each line of a list of apt's sources is Kubernetes'.
local function is_kubernetes_source(text)
  for line in plain(text):gmatch "[^\n]+" do
    if line:find "^deb" and not line:find("kubernetes.io", 1, true) and not line:find("pkgs.k8s.io", 1, true) then
      return false
    end
  end
  return true
end

--- The documented files, in the document's order, each with how it is recognized.
local FILES = {
  { "/etc/apt/sources.list.d/kubernetes.list", is_kubernetes_source },
  { "/etc/modules-load.d/containerd.conf", says "overlay\nbr_netfilter" },
  { "/etc/sysctl.d/99-kubernetes-cri.conf", says [[
net.bridge.bridge-nf-call-iptables = 1
net.bridge.bridge-nf-call-ip6tables = 1
net.ipv4.ip_forward = 1]] },
  { "/etc/systemd/system/containerd.service.d/override.conf", says [[
[Service]
LimitMEMLOCK=4194304
LimitNOFILE=1048576]] },
  { "/etc/systemd/system/kubelet.service.d/10-kubeadm.conf", kubelet.is_documented },
  { "/root/.kube/config", function(text)
    return text == file.read(ADMIN)
  end },
  -- Programs: their names are those of the CNI plugins that the document builds.
  { "/opt/cni/bin/multus", nil },
  { "/opt/cni/bin/sriov", nil },
}

--- What runs in a cluster as documented, besides the pods of Kubernetes itself, by namespace and name.
local WORKLOADS = {
  ["kube-system/coredns"] = true,
  ["kube-system/kube-proxy"] = true,
  ["kube-system/kube-flannel-ds"] = true,
  ["kube-flannel/kube-flannel-ds"] = true,
  ["kube-system/kube-multus-ds"] = true,
  ["kube-system/kube-sriov-device-plugin-amd64"] = true,
  ["default/vsr"] = true,
}

local function survey_files(keep, complain)
  local kept, found = {}, {}
  for _, path in ipairs(keep) do
    kept[path] = true
  end
  for _, entry in ipairs(FILES) do
    local path, is_documented = entry[1], entry[2]
    if not kept[path] and file.stat(path) then
      if is_documented and not is_documented(file.read(path)) then
        complain(path .. " is not as documented: remove it, or have it stay by the parameter keep")
      end
      found[#found + 1] = path
    end
  end
  return found
end

--- Kubernetes goes with all that runs in it: nothing of another's may.
local function survey_workloads(complain)
  for _, kind in ipairs { "Deployment", "DaemonSet", "StatefulSet", "CronJob" } do
    for _, object in ipairs(kube.list { kind = kind }) do
      local name = object.metadata.namespace .. "/" .. object.metadata.name
      if not WORKLOADS[name] then
        complain(("the cluster runs %s %s, which is none of the router's: delete it, or give cluster = keep"):format(
          kind, name))
      end
    end
  end
  local nodes = kube.list { kind = "Node" }
  if #nodes > 1 then
    complain(("the cluster has %d nodes: remove the others from it, or give cluster = keep"):format(#nodes))
  end
end

--- The networks of the document's names, as objects to delete.
local function survey_networks()
  local found = {}
  if not kube.get { kind = "CustomResourceDefinition", name = "network-attachment-definitions.k8s.cni.cncf.io" } then
    return found
  end
  for _, object in ipairs(kube.list { kind = "NetworkAttachmentDefinition", namespace = "default" }) do
    if object.metadata.name:find "^multus%-%w+%-sriov%-nic%-vsr%d+$" then
      found[#found + 1] = {
        apiVersion = object.apiVersion, kind = object.kind,
        metadata = { name = object.metadata.name, namespace = "default" },
      }
    end
  end
  return found
end

local function survey_ports(wanted, complain)
  local found = {}
  for _, nic in ipairs(wanted) do
    local link = net.link(nic.name)
    if link then
      local vfs = sriov.vfs(nic.name)
      local driver = link.address and nics.of({ family = nics.family(pci.device(link.address)) }).driver
      for _, vf in ipairs(vfs) do
        if vf.driver and vf.driver ~= driver then
          complain(("%s, a virtual function of %s, has the driver %s, not %s: another uses it; unbind it or take "
            .. "its port out of the parameter nics"):format(vf.address, nic.name, vf.driver, driver))
        end
      end
      if #vfs > 0 then
        found[#found + 1] = nic.name
      end
    end
  end
  return found
end

--- Looks at everything before anything is touched, and refuses with all that stands in the way.
--- @param options { nics: { name: string }[], keep: string[], takes_cluster: boolean }
--- @return { has_cluster: boolean, files: string[], networks: table[], ports: string[] }
function leftovers.survey(options)
  local complaints = {}
  local function complain(text)
    complaints[#complaints + 1] = text
  end
  local found = {
    has_cluster = file.stat(ADMIN) ~= nil,
    files = options.takes_cluster and survey_files(options.keep, complain) or {},
    networks = {},
    ports = survey_ports(options.nics, complain),
  }
  if found.has_cluster then
    found.networks = survey_networks()
    if options.takes_cluster then
      survey_workloads(complain)
    end
  end
  if #complaints > 0 then
    error("what cannot be told from another's:\n  " .. table.concat(complaints, "\n  "))
  end
  return found
end

return leftovers
