--- Kernel parameters, now and after each reboot.
local sysctls = {}

--- Writes `/etc/sysctl.d/<name>.conf` and sets each parameter live. Only these are touched: `sysctl --system` would
--- apply every file on the machine.
--- @param name string the file's name, without `.conf`
--- @param values table<string, string|integer> value by parameter name
function sysctls.set(name, values)
  local lines = {}
  for key, value in pairs(values) do
    lines[#lines + 1] = key .. " = " .. tostring(value)
  end
  file.write { path = "/etc/sysctl.d/" .. name .. ".conf", content = table.concat(lines, "\n") .. "\n" }
  for key, value in pairs(values) do
    sysctl.set { key = key, value = tostring(value) }
  end
end

return sysctls
