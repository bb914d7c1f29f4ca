--- NVIDIA (Mellanox) ConnectX-4 and newer, BlueField-2 and newer. Their DPDK driver works beside the kernel's: VFs stay
--- with mlx5_core, and go to the pod as network devices with RDMA, never to vfio-pci.
local mlx5 = {
  name = "NVIDIA ConnectX",
  word = "mellanox",
  domain = "mellanox.com",
  modules = { "mlx5_core", "mlx5_ib", "ib_uverbs" },
  driver = "mlx5_core",
  flags = { "needVhostNet", "isRdma" },
}

local mstflint = require "vsr.mstflint"

--- By the device of the port: that of its VFs, and the oldest firmware that DPDK works with.
local CARDS = {
  ["1013"] = { name = "ConnectX-4", vf = "1014", firmware = "12.21.1000" },
  ["1015"] = { name = "ConnectX-4 Lx", vf = "1016", firmware = "14.21.1000" },
  ["1017"] = { name = "ConnectX-5", vf = "1018", firmware = "16.21.1000" },
  ["1019"] = { name = "ConnectX-5 Ex", vf = "101a", firmware = "16.21.1000" },
  ["101b"] = { name = "ConnectX-6", vf = "101c", firmware = "20.27.0090" },
  ["101d"] = { name = "ConnectX-6 Dx", vf = "101e", firmware = "22.27.0090" },
  ["101f"] = { name = "ConnectX-6 Lx", vf = "101e", firmware = "26.27.0090" },
  ["1021"] = { name = "ConnectX-7", vf = "101e", firmware = "28.33.2028" },
  a2d6 = { name = "BlueField-2", vf = "101e" },
  a2dc = { name = "BlueField-3", vf = "101e" },
}

local KERNEL, RDMA_CORE = "4.14", "16"

local NETNS_MODE = "/sys/module/ib_core/parameters/netns_mode"

function mlx5.matches(device)
  return device.vendor == "15b3"
end

--- Whether a version is older than another, number by number.
local function is_older(version, than)
  local numbers = version:gmatch "%d+"
  for wanted in than:gmatch "%d+" do
    local number = tonumber(numbers() or 0)
    if number ~= tonumber(wanted) then
      return number < tonumber(wanted)
    end
  end
  return false
end

--- The version of a port's firmware; nil while mlx5_ib, which shows it, is not loaded.
local function firmware_version(port)
  local folder = "/sys/bus/pci/devices/" .. port.address .. "/infiniband"
  local device = (file.list(folder) or {})[1]
  return device and file.read(folder .. "/" .. device .. "/fw_ver")
end

local function check_firmware_version(port)
  local card, version = CARDS[port.device], firmware_version(port)
  if version and card.firmware and is_older(version, card.firmware) then
    error(("%s (%s) has firmware %s, and needs %s or newer: update it (mstfwmanager, or mlxup)"):format(
      port.name, card.name, version:match "%S+", card.firmware))
  end
end

--- RDMA devices can be given to a pod only while all network namespaces share them.
local function check_netns_mode()
  if (file.read(NETNS_MODE) or "Y"):match "^[N0]" then
    error("ib_core.netns_mode is 0, and pods need 1: take netns_mode=0 out of /etc/modprobe.d and the kernel command "
      .. "line, reboot, then resume")
  end
end

--- Refuses what cannot work: unknown cards, an old kernel, old firmware, an old rdma-core, exclusive RDMA devices.
function mlx5.look(port, device)
  local card = CARDS[device.device]
  if not card then
    error(("%s (15b3:%s) is no port of a ConnectX-4 or newer that this family knows: give another family in nics, or "
      .. "add it to the site's lib/vsr/nics"):format(port.name, device.device))
  end
  port.device = device.device
  port.vf_device = card.vf
  local release = kernel.release()
  if is_older(release, KERNEL) then
    error(("%s needs Linux %s or newer, this is %s"):format(port.name, KERNEL, release))
  end
  local rdma_core = apt.package("rdma-core")
  if rdma_core.installed and is_older(rdma_core.installed, RDMA_CORE) then
    error(("%s needs rdma-core %s or newer, %s is installed: upgrade it"):format(
      port.name, RDMA_CORE, rdma_core.installed))
  end
  check_firmware_version(port)
  check_netns_mode()
  mstflint.look(port, device)
end

mlx5.set_firmware = mstflint.set
mlx5.firmware_lacks = mstflint.lacks

--- The VFs created, each with mlx5_core, its network device and its RDMA device.
function mlx5.prepare(port)
  for _, module in ipairs(mlx5.modules) do
    kernel.modprobe(module)
  end
  check_firmware_version(port)
  check_netns_mode()
  for _, address in ipairs(sriov.set_vfs { pf = port.name, count = port.vfs }) do
    pci.bind { address = address, driver = "mlx5_core", net = true }
  end
end

--- Raw packets; and direct access to the card where flow groups above 0 are used.
function mlx5.container(port)
  return { capabilities = { "NET_RAW", port.flow_groups and "SYS_RAWIO" or nil } }
end

return mlx5
