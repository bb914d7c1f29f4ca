--- The ports that the router gets, each of a family of NICs.
---
--- A family is a module `vsr.nics.NAME` of the product, or of the site's `lib/`: it is there as soon as its file is. It
--- answers a table of
---   name             what people call it
---   matches          function(device): whether a port is of it; `device` is as `pci.device` answers
---   word, domain     of its resources in Kubernetes: `intel`, `intel.com`
---   modules          kernel modules that it needs, in the order of loading
---   driver           the driver of its VFs
---   flags            words that are true in the device plugin's selector
---   prepare          function(port, options): makes its VFs, the port being up; effects undo themselves
--- and, where it has them,
---   look             function(port, device): refuses what cannot work, before anything is touched; may set `vf_device`
---   set_firmware     function(ports): what a boot has to apply is set, for all ports of the family
---   firmware_lacks   function(ports): texts of what the firmware of this boot lacks
---   container        function(port): `capabilities` and `mounts` (`name`, `path`) that the router's container needs
local nics = {}

local FAMILIES = "vsr.nics"

--- What takes a port that no other family does.
local GENERIC = "generic"

local UDEV_RULE = "/etc/udev/rules.d/70-vsr-unmanaged.rules"

--- The fields of a port in the parameter `nics`.
local FIELDS = { name = "string", address = "string", vfs = "number", family = "string", prefix = "string",
  flow_groups = "boolean" }

--- The family of a port as `nics.discover` answers it.
function nics.of(port)
  return require(FAMILIES .. "." .. port.family)
end

--- The name of the family that a device is of.
--- @param device table as `pci.device` answers
function nics.family(device)
  for _, module in ipairs(modules_in(FAMILIES)) do
    local name = module:sub(#FAMILIES + 2)
    if name ~= GENERIC and require(module).matches(device) then
      return name
    end
  end
  return GENERIC
end

--- The families of the ports, each once, with its ports.
local function families(ports)
  local list, known = {}, {}
  for _, port in ipairs(ports) do
    local entry = known[port.family]
    if not entry then
      entry = { family = nics.of(port), name = port.family, ports = {} }
      known[port.family] = entry
      list[#list + 1] = entry
    end
    entry.ports[#entry.ports + 1] = port
  end
  return list
end

local function check_fields(want, number)
  for key, value in pairs(want) do
    local kind = FIELDS[key]
    if not kind then
      error(("nics: entry %d has '%s'; a port has name, address, vfs, family, prefix, flow_groups"):format(number, key))
    elseif type(value) ~= kind then
      error(("nics: entry %d: %s: expected %s, got %s"):format(number, key, kind, type(value)))
    end
  end
  for _, key in ipairs { "name", "address" } do
    if not want[key] then
      error(("nics: entry %d lacks its %s"):format(number, key))
    end
  end
  if want.vfs and (math.type(want.vfs) ~= "integer" or want.vfs < 1) then
    error(("nics: entry %d: vfs: expected a whole number of at least 1, got %s"):format(number, want.vfs))
  end
end

--- The family that the site names for a port, or that it is of.
local function family_for(want, device)
  if not want.family then
    return nics.family(device)
  end
  for _, module in ipairs(modules_in(FAMILIES)) do
    if module == FAMILIES .. "." .. want.family then
      return want.family
    end
  end
  local known = {}
  for number, module in ipairs(modules_in(FAMILIES)) do
    known[number] = module:sub(#FAMILIES + 2)
  end
  error(("there is no family '%s' (%s); there are %s"):format(want.family, want.name, table.concat(known, ", ")))
end

--- In switchdev mode, and only then, a port belongs to a switch that has an identifier.
local function is_switchdev(name)
  local read, id = pcall(file.read, "/sys/class/net/" .. name .. "/phys_switch_id")
  return read and id ~= nil and id ~= ""
end

local function discover(want)
  local device, link = pci.device(want.address), net.link(want.name)
  local advice = link and link.address and ("%s is at %s"):format(want.name, link.address)
    or ("there is no port %s: `ip link` names those that are there"):format(want.name)
  if not device then
    error(("there is no PCI device %s; %s: mend the entry in nics"):format(want.address, advice))
  end
  if device.net[1] ~= want.name then
    error(("the port at %s is %s; %s: mend the entry in nics"):format(
      want.address, device.net[1] or "without a name (no driver)", advice))
  end
  -- A port that is up gets a route from every IPv6 router, so a second run finds one where the first found none.
  local vfs = want.vfs or 1
  local has_vfs = device.sriov and #sriov.vfs(want.name) == vfs
  if link and link.carries and not has_vfs then
    error(("%s, which new virtual functions may cut: name another port in nics"):format(link.carries))
  end
  if is_switchdev(want.name) then
    error(("%s is in switchdev mode, and VFs need legacy mode: devlink dev eswitch set pci/%s mode legacy"):format(
      want.name, device.address))
  end
  local port = {
    name = want.name,
    address = device.address,
    vfs = vfs,
    vendor = device.vendor,
    family = family_for(want, device),
    prefix = want.prefix,
    flow_groups = want.flow_groups,
  }
  local family = nics.of(port)
  if family.look then
    family.look(port, device)
  end
  if not device.sriov and not family.set_firmware then
    error(want.name .. " offers no SR-IOV: turn it on in the firmware")
  end
  if device.sriov and port.vfs > device.sriov.total and not family.set_firmware then
    error(("%s can have %d VFs at most, and %d are wanted: ask for fewer in nics"):format(
      want.name, device.sriov.total, port.vfs))
  end
  port.vf_device = port.vf_device or device.sriov.vf_device
  return port
end

--- Looks for each port, and refuses what cannot work before anything is touched.
---
--- A site may name the `family` of a port, the `prefix` of its resource, and ask for `flow_groups` above 0.
--- @param wanted { name: string, address: string, vfs: integer?, family: string?, prefix: string? }[]
--- @return table[] ports with `name`, `address`, `vfs`, `vendor`, `vf_device`, `family`
function nics.discover(wanted)
  for number, want in ipairs(wanted) do
    check_fields(want, number)
  end
  local ports = {}
  for number, want in ipairs(wanted) do
    ports[number] = discover(want)
  end
  if #ports == 0 then
    note "nics is empty: the router gets no port"
  end
  return ports
end

--- Sets what the firmware of the ports needs and the next boot applies.
--- @param ports table[] as `nics.discover` answers
function nics.set_firmware(ports)
  for _, entry in ipairs(families(ports)) do
    if entry.family.set_firmware then
      entry.family.set_firmware(entry.ports)
    end
  end
end

--- What the firmware of the ports lacks in this boot.
--- @param ports table[] as `nics.discover` answers
--- @return string[]
function nics.firmware_lacks(ports)
  local lacks = {}
  for _, entry in ipairs(families(ports)) do
    if entry.family.firmware_lacks then
      for _, text in ipairs(entry.family.firmware_lacks(entry.ports)) do
        lacks[#lacks + 1] = text
      end
    end
  end
  return lacks
end

--- D29: the kernel modules of the ports' families, each once, in one file.
--- @param ports table[] as `nics.discover` answers
--- @return string[]
function nics.modules(ports)
  local list, known = {}, {}
  for _, entry in ipairs(families(ports)) do
    for _, module in ipairs(entry.family.modules) do
      if not known[module] then
        known[module] = true
        list[#list + 1] = module
      end
    end
  end
  return list
end

--- D26 to D28: the port up, and its VFs as its family wants them. NetworkManager is told first to leave VFs alone.
---
--- `unsafe` lets vfio-pci work without an IOMMU, which taints the kernel.
--- @param port table one of those that `nics.discover` answers
--- @param options { unsafe: boolean }
function nics.prepare(port, options)
  file.write {
    path = UDEV_RULE,
    content = '# VFs belong to the router\nSUBSYSTEM=="net", TEST=="device/physfn", ENV{NM_UNMANAGED}="1"\n',
  }
  net.up(port.name)
  nics.of(port).prepare(port, options)
end

--- What the router's container needs for the ports, besides what is documented: `capabilities`, `mounts`.
--- @param ports table[] as `nics.discover` answers
function nics.container(ports)
  local needs, known = { capabilities = {}, mounts = {} }, {}
  for _, port in ipairs(ports) do
    local family = nics.of(port)
    local container = family.container and family.container(port) or {}
    for _, capability in ipairs(container.capabilities or {}) do
      needs.capabilities[#needs.capabilities + 1] = capability
    end
    for _, mount in ipairs(container.mounts or {}) do
      if not known[mount.name] then
        known[mount.name] = true
        needs.mounts[#needs.mounts + 1] = mount
      end
    end
  end
  return needs
end

return nics
