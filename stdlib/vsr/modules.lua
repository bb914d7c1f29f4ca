--- Kernel modules, now and after each reboot.
local modules = {}

--- Loads modules and lists them in `/etc/modules-load.d/<name>.conf`; without modules there is no file either.
--- @param name string the file's name, without `.conf`
--- @param list string[] the modules, in the order of loading
function modules.load(name, list)
  if #list == 0 then
    return
  end
  for _, module in ipairs(list) do
    kernel.modprobe(module)
  end
  file.write { path = "/etc/modules-load.d/" .. name .. ".conf", content = table.concat(list, "\n") .. "\n" }
end

return modules
