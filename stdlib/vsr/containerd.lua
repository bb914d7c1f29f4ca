--- containerd as the container runtime of Kubernetes.
local containerd = {}

local UNIT = "containerd.service"

--- Memory that pods may lock, and files that they may open.
local LIMITS = { LimitMEMLOCK = 4194304, LimitNOFILE = 1048576 }

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
