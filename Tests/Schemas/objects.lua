-- Prints the objects that the shipped modules make for a version of Kubernetes, one JSON object a line. Run by a plain
-- Lua 5.4 from the project's folder: lua5.4 Tests/Schemas/objects.lua 1.30.0

package.path = "stdlib/?.lua"
null = {}

local function json(value)
  if value == null then
    return "null"
  elseif type(value) == "string" then
    return '"' .. value:gsub('[%c"\\]', function(character)
      return ("\\u%04x"):format(character:byte())
    end) .. '"'
  elseif type(value) ~= "table" then
    return tostring(value)
  end
  local parts = {}
  if #value > 0 then
    for index, element in ipairs(value) do
      parts[index] = json(element)
    end
    return "[" .. table.concat(parts, ",") .. "]"
  end
  for key, element in pairs(value) do
    parts[#parts + 1] = json(key) .. ":" .. json(element)
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

local device_plugin = require "vsr.device_plugin"
local networks = require "vsr.networks"
local router = require "vsr.router"

local kubernetes = require("vsr.versions").of(arg[1])
local ports = {
  { name = "ens787f0", vendor = "8086", family = "ixgbe", vf_device = "10ed", vfs = 1 },
  { name = "ens804f0", vendor = "8086", family = "ixgbe", vf_device = "10ed", vfs = 1 },
}

local function show(objects)
  for _, object in ipairs(objects) do
    print(json(object))
  end
end

show { device_plugin.config_map(ports) }
show(device_plugin.daemon_set(kubernetes, "registry.example/sriov-network-device-plugin:v3.3.2"))
show(networks.definitions(ports))
-- The documented pod, the one with everything that a site may choose otherwise, and a small one.
for _, options in ipairs {
  { page_size = "1GiB", raw_io = false, cpus = 4, hugepages = "8Gi" },
  { page_size = "2MiB", raw_io = true, cpus = 4, hugepages = "8Gi" },
  { page_size = "1GiB", raw_io = true, cpus = 0.5, hugepages = "" },
} do
  options.image = "registry.example/vsr:3.5.1"
  options.memory = "2Gi"
  options.pull_secret = "regcred"
  show(router.objects(kubernetes, ports, options))
end
if kubernetes.has_pod_security_policy then
  show(router.objects(kubernetes, ports, {
    page_size = "1GiB", raw_io = true, cpus = 4, hugepages = "8Gi", memory = "2Gi", enforces_policy = true,
    image = "registry.example/vsr:3.5.1", pull_secret = "regcred",
  }))
end
