--- containerd as the container runtime of Kubernetes.
local containerd = {}

local toml = require "vsr.toml"

local UNIT = "containerd.service"
local CONFIG = "/etc/containerd/config.toml"

--- Memory that pods may lock, and files that they may open.
local LIMITS = { LimitMEMLOCK = 4194304, LimitNOFILE = 1048576 }

--- Where the kubelet's packages, flannel and this install put CNI plugins.
local PLUGINS = "/opt/cni/bin"

--- What a version of the configuration calls the kubelet's plugin, and where the image of a pod's sandbox stands. It is
--- the file that says its version, not the program: containerd 2 reads all three (its docs/PLUGINS.md; version 1 since
--- https://github.com/containerd/containerd/pull/10907), containerd 1 the first two.
local VERSIONS = {
  ["1"] = { plugin = "cri", sandbox = { { "plugins", "cri" }, "sandbox_image" } },
  ["2"] = {
    plugin = "io.containerd.grpc.v1.cri",
    sandbox = { { "plugins", "io.containerd.grpc.v1.cri" }, "sandbox_image" },
  },
  ["3"] = {
    plugin = "io.containerd.cri.v1.runtime",
    sandbox = { { "plugins", "io.containerd.cri.v1.images", "pinned_images" }, "sandbox" },
  },
}

--- Takes the plugin off the list of those that are not to be loaded: Docker's packaged configuration has it there.
local function with_plugin(text)
  return (("\n" .. text):gsub("(\n[ \t]*disabled_plugins%s*=%s*)%[([^%]]*)%]", function(key, list)
    local kept = {}
    for plugin in list:gmatch '["\'][^"\']*["\']' do
      if plugin:sub(2, -2) ~= "cri" and not plugin:find "%.cri[.\"']" then
        kept[#kept + 1] = plugin
      end
    end
    return key .. "[" .. table.concat(kept, ", ") .. "]"
  end):sub(2))
end

--- systemd manages the containers' cgroups, as it does the kubelet's.
local function with_systemd_cgroups(text, plugin)
  local runtime = { "plugins", plugin, "containerd", "runtimes", "runc" }
  if not toml.get(text, runtime, "runtime_type") then
    text = toml.set(text, runtime, "runtime_type", '"io.containerd.runc.v2"')
  end
  runtime[#runtime + 1] = "options"
  return toml.set(text, runtime, "SystemdCgroup", "true")
end

--- The configuration as Kubernetes needs it; all else of it stays.
---
--- Debian's package has containerd look for CNI plugins in `/usr/lib/cni` alone.
--- @param text string? nil if there is none
--- @param sandbox_image string? the image of a pod's sandbox; nil: what it says
--- @return string
function containerd.adapted(text, sandbox_image)
  text = with_plugin(text or "version = 2\n")
  local version = toml.get(text, {}, "version") or "1"
  local known = VERSIONS[version]
  if not known then
    error(("%s is of version %s, and this runbook knows versions 1 to 3: see `containerd config migrate`"):format(
      CONFIG, version))
  end
  text = with_systemd_cgroups(text, known.plugin)
  local networks = { "plugins", known.plugin, "cni" }
  if toml.get(text, networks, "bin_dir") then
    text = toml.set(text, networks, "bin_dir", '"' .. PLUGINS .. '"')
  end
  if sandbox_image then
    text = toml.set(text, known.sandbox[1], known.sandbox[2], '"' .. sandbox_image .. '"')
  end
  return text
end

--- The kubelet's plugin on, cgroups by systemd, CNI plugins from where they are.
--- @param sandbox_image string? the image of a pod's sandbox, where a site has a mirror; nil: containerd's own choice
function containerd.configure(sandbox_image)
  local found = file.stat(CONFIG) or {}
  file.write {
    path = CONFIG,
    content = containerd.adapted(file.read(CONFIG), sandbox_image),
    mode = found.mode,
    user = found.user,
    group = found.group,
  }
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
