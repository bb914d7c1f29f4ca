--- The SR-IOV network device plugin: it offers VFs to pods as resources of the node.
local device_plugin = {}

local resources = require "vsr.resources"

local NAMESPACE = "kube-system"
local IMAGE = "ghcr.io/k8snetworkplumbingwg/sriov-network-device-plugin:%s"
local CONFIG_MAP = "sriovdp-config"
local ACCOUNT = "sriov-device-plugin"
local DAEMON_SET = "kube-sriov-device-plugin-amd64"

--- @return string text as a JSON string
local function quoted(text)
  return '"' .. text:gsub('[%c"\\]', function(character)
    return ("\\u%04x"):format(character:byte())
  end) .. '"'
end

--- Written as the document writes it, so that the ConfigMap is the same to the letter.
local NEXT_SELECTOR = ",\n" .. (" "):rep(16)
local RESOURCE = [[
        {
            "resourceName": %s,
            "resourcePrefix": %s,
            "selectors": {
                "vendors": [%s],
                "devices": [%s],
                "drivers": [%s],
                "pfNames": [%s],
                %s
            }
        }]]

--- D31: which VFs make up which resource. Vendor, device and driver are those of the hardware found; the port is always
--- named, since VFs of different cards can be of the same device.
--- @param ports table[] as `nics.discover` answers
function device_plugin.config_map(ports)
  local list = {}
  for number, named in ipairs(resources.of(ports)) do
    local port, flags = named.port, {}
    for index, flag in ipairs(named.family.flags) do
      flags[index] = quoted(flag) .. ": true"
    end
    list[number] = RESOURCE:format(quoted(named.resource), quoted(named.domain), quoted(port.vendor),
      quoted(port.vf_device), quoted(named.family.driver), quoted(port.name), table.concat(flags, NEXT_SELECTOR))
  end
  return {
    apiVersion = "v1",
    kind = "ConfigMap",
    metadata = { name = CONFIG_MAP, namespace = NAMESPACE },
    data = {
      ["config.json"] = '{\n    "resourceList": [\n' .. table.concat(list, ",\n") .. "\n    ]\n}\n",
    },
  }
end

local function host_path(name, path, kind)
  return { name = name, hostPath = { path = path, type = kind } }
end

--- D32: the plugin's account and DaemonSet.
--- @param kubernetes table as `versions.of` answers
--- @param image string
function device_plugin.daemon_set(kubernetes, image)
  local labels = { name = "sriov-device-plugin", tier = "node", app = "sriovdp" }
  local tolerations = {}
  for number, taint in ipairs(kubernetes.taints) do
    tolerations[number] = { key = taint, operator = "Exists", effect = "NoSchedule" }
  end
  if kubernetes.minor == 24 then
    -- As documented: the taint that 1.24 added was removed from the node before.
    tolerations = { tolerations[1] }
  end
  return {
    { apiVersion = "v1", kind = "ServiceAccount",
      metadata = { name = ACCOUNT, namespace = NAMESPACE } },
    { apiVersion = "apps/v1", kind = "DaemonSet",
      metadata = { name = DAEMON_SET, namespace = NAMESPACE, labels = { tier = "node", app = "sriovdp" } },
      spec = {
        selector = { matchLabels = { name = "sriov-device-plugin" } },
        template = {
          metadata = { labels = labels },
          spec = {
            hostNetwork = true,
            hostPID = true,
            nodeSelector = { [kubernetes.architecture_label] = "amd64" },
            tolerations = tolerations,
            serviceAccountName = ACCOUNT,
            containers = {
              {
                name = "kube-sriovdp",
                image = image,
                imagePullPolicy = "Always",
                args = { "--log-dir=sriovdp", "--log-level=10" },
                securityContext = { privileged = true },
                resources = {
                  requests = { cpu = "250m", memory = "40Mi" },
                  limits = { cpu = 1, memory = "200Mi" },
                },
                volumeMounts = {
                  { name = "devicesock", mountPath = "/var/lib/kubelet/", readOnly = false },
                  { name = "log", mountPath = "/var/log" },
                  { name = "config-volume", mountPath = "/etc/pcidp" },
                  { name = "device-info", mountPath = "/var/run/k8s.cni.cncf.io/devinfo/dp" },
                },
              },
            },
            volumes = {
              host_path("devicesock", "/var/lib/kubelet/"),
              host_path("log", "/var/log"),
              host_path("device-info", "/var/run/k8s.cni.cncf.io/devinfo/dp", "DirectoryOrCreate"),
              { name = "config-volume",
                configMap = {
                  name = CONFIG_MAP,
                  items = { { key = "config.json", path = "config.json" } },
                } },
            },
          },
        },
      } },
  }
end

--- Files that are as old as the binding of their VF: those of vfio's groups, and of RDMA devices.
local function device_files()
  local paths = {}
  for _, folder in ipairs { "/dev/vfio/", "/dev/infiniband/" } do
    for _, name in ipairs(file.list(folder) or {}) do
      if name ~= "vfio" then
        paths[#paths + 1] = folder .. name
      end
    end
  end
  return paths
end

--- D31 and D32: the ConfigMap, the plugin, and the resources on the node. The plugin reads its configuration and the
--- devices only when it starts: it is started again where they are newer.
--- @param kubernetes table as `versions.of` answers
--- @param ports table[] as `nics.discover` answers
--- @param options { version: string, image: string }
function device_plugin.install(kubernetes, ports, options)
  if #ports == 0 then
    return -- The plugin ends as soon as it finds that it has nothing to offer.
  end
  local image = options.image ~= "" and options.image or IMAGE:format(options.version)
  local objects = device_plugin.daemon_set(kubernetes, image)
  table.insert(objects, 1, device_plugin.config_map(ports))
  kube.apply { objects = objects }
  kube.wait_rollout { kind = "DaemonSet", name = DAEMON_SET, namespace = NAMESPACE }
  kube.restart { kind = "DaemonSet", name = DAEMON_SET, namespace = NAMESPACE, files = device_files() }
  local wanted = {}
  for _, named in ipairs(resources.of(ports)) do
    wanted[resources.full_name(named)] = named.port.vfs
  end
  kube.wait_resource { resources = wanted }
end

--- The plugin's objects, for deleting them.
function device_plugin.identities()
  return {
    { apiVersion = "apps/v1", kind = "DaemonSet", metadata = { name = DAEMON_SET, namespace = NAMESPACE } },
    { apiVersion = "v1", kind = "ServiceAccount", metadata = { name = ACCOUNT, namespace = NAMESPACE } },
    { apiVersion = "v1", kind = "ConfigMap", metadata = { name = CONFIG_MAP, namespace = NAMESPACE } },
  }
end

return device_plugin
