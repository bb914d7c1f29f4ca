--- Firmware settings of NVIDIA cards, by mstconfig of the package mstflint.
---
--- A card has one firmware for its ports. What it has to have and does not is set for the next boot; whether a boot is
--- needed is told by what this one has, and by nothing else: so none follows another for the same setting.
local mstflint = {}

local PROGRAM = "/usr/bin/mstconfig"

--- Whether the kernel keeps firmware tools out.
local function is_locked_down()
  local state = file.read "/sys/kernel/security/lockdown" or ""
  return state:find("[integrity]", 1, true) or state:find("[confidentiality]", 1, true)
end

--- Refuses a port that needs other firmware settings where nobody can set them.
function mstflint.look(port, device)
  local has_vfs = device.sriov and device.sriov.total >= port.vfs
  if not has_vfs and is_locked_down() then
    error(("%s has to have SRIOV_EN=1 and NUM_OF_VFS=%d in its firmware, and kernel lockdown keeps mstconfig out: set "
      .. "them in the machine's setup, or turn Secure Boot off"):format(port.name, port.vfs))
  end
end

--- The cards of some ports: one address, the most VFs that a port wants, the settings of the ports' link types.
local function cards(ports)
  local list, known = {}, {}
  for _, port in ipairs(ports) do
    local slot, number = port.address:match "^(.*)%.(%x)$"
    local card = known[slot]
    if not card then
      card = { address = port.address, vfs = 0, links = {} }
      known[slot] = card
      list[#list + 1] = card
    end
    card.vfs = math.max(card.vfs, port.vfs)
    card.links[#card.links + 1] = ("LINK_TYPE_P%d"):format(tonumber(number, 16) + 1)
  end
  return list
end

--- What a card is to have, and lacks in this boot (`current`) or from the next one on (`next`).
---
--- More VFs are as good: to lower them may take another's away. Link types (2 is Ethernet) and UCTX_EN some cards lack.
local function lacking(card, when)
  local present, lacks = mstconfig.get(card.address), {}
  for _, name in ipairs { "SRIOV_EN", "NUM_OF_VFS" } do
    if not present[name] then
      error(("the firmware of %s has no setting %s: update it, or name another port in nics"):format(
        card.address, name))
    end
  end
  if present.SRIOV_EN[when] ~= 1 then
    lacks.SRIOV_EN = 1
  end
  if present.NUM_OF_VFS[when] < card.vfs then
    lacks.NUM_OF_VFS = card.vfs
  end
  for _, name in ipairs(card.links) do
    if present[name] and present[name][when] ~= 2 then
      lacks[name] = 2
    end
  end
  if present.UCTX_EN and present.UCTX_EN[when] ~= 1 then
    lacks.UCTX_EN = 1
  end
  return lacks
end

--- Sets for the next boot what it does not have.
--- @param ports table[] as `nics.discover` answers
function mstflint.set(ports)
  if is_locked_down() then
    note "kernel lockdown keeps mstconfig out: the ports offer enough VFs, the rest of their firmware is not looked at"
    return
  end
  -- Where it is there from elsewhere, that one does; a package that is half installed is not there yet.
  if not file.stat(PROGRAM) or apt.package("mstflint").state ~= "absent" then
    apt.update { "mstflint" }
    apt.install { "mstflint" }
  end
  for _, card in ipairs(cards(ports)) do
    local lacks = lacking(card, "next")
    if next(lacks) then
      mstconfig.set { device = card.address, settings = lacks }
    end
  end
end

--- What this boot lacks.
--- @param ports table[] as `nics.discover` answers
--- @return string[]
function mstflint.lacks(ports)
  local texts = {}
  for _, card in ipairs(is_locked_down() and {} or cards(ports)) do
    local words = {}
    for name, value in pairs(lacking(card, "current")) do
      words[#words + 1] = ("%s=%d"):format(name, value)
    end
    if #words > 0 then
      texts[#texts + 1] = ("the firmware of %s does not have %s: `mstconfig -e -d %s q` shows what it has"):format(
        card.address, table.concat(words, " "), card.address)
    end
  end
  return texts
end

return mstflint
