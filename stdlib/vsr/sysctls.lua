--- Kernel parameters, now and after each reboot.
local sysctls = {}

--- Writes `/etc/sysctl.d/<name>.conf` and sets each parameter live. Only these are touched: `sysctl --system` would
--- apply every file on the machine.
--- @param name string the file's name, without `.conf`
--- @param values { [1]: string, [2]: string|integer }[] parameters and their values, in the order of the file
function sysctls.set(name, values)
  local lines = {}
  for number, pair in ipairs(values) do
    lines[number] = ("%s = %s"):format(pair[1], pair[2])
  end
  file.write { path = "/etc/sysctl.d/" .. name .. ".conf", content = table.concat(lines, "\n") .. "\n" }
  for _, pair in ipairs(values) do
    sysctl.set { key = pair[1], value = tostring(pair[2]) }
  end
end

return sysctls
