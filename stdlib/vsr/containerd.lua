--- containerd as the container runtime of Kubernetes.
local containerd = {}

local UNIT = "containerd.service"
local CONFIG = "/etc/containerd/config.toml"

--- Memory that pods may lock, and files that they may open.
local LIMITS = { LimitMEMLOCK = 4194304, LimitNOFILE = 1048576 }

--- Takes the CRI plugin, which the kubelet speaks to, off the list of plugins that are not to be loaded: a packaged
--- configuration may have it there.
function containerd.enable_cri()
  local text = file.read(CONFIG)
  if not text then
    return
  end
  local enabled = text:gsub("(disabled_plugins%s*=%s*)%[([^%]]*)%]", function(key, list)
    local kept = {}
    for plugin in list:gmatch '["\'][^"\']*["\']' do
      if plugin:sub(2, -2) ~= "cri" and not plugin:find "%.cri[.\"']" then
        kept[#kept + 1] = plugin
      end
    end
    return key .. "[" .. table.concat(kept, ", ") .. "]"
  end)
  if enabled ~= text then
    file.write { path = CONFIG, content = enabled }
  end
  systemd.restart { unit = UNIT, files = { CONFIG } }
end

--- D13: a drop-in with the limits, which containers inherit.
function containerd.raise_limits()
  systemd.edit {
    unit = UNIT,
    drop_in = "override.conf",
    content = ("[Service]\nLimitMEMLOCK=%d\nLimitNOFILE=%d\n"):format(LIMITS.LimitMEMLOCK, LIMITS.LimitNOFILE),
  }
end

--- D15: systemd reads the drop-in, and the running process gets its limits.
function containerd.restart()
  systemd.reload { UNIT }
  systemd.restart { unit = UNIT, limits = LIMITS }
  local unit = systemd.unit { unit = UNIT, properties = { "LimitMEMLOCK", "LimitNOFILE" } }
  for name, value in pairs(LIMITS) do
    if unit.properties[name] ~= value then
      error(("%s has %s=%s, not %d; another drop-in overrides it: systemctl cat %s")
        :format(UNIT, name, tostring(unit.properties[name]), value, UNIT))
    end
  end
end

return containerd
