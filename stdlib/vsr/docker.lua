--- Docker, which brings containerd along.
local docker = {}

local SETTINGS = "/etc/docker/daemon.json"
local UNIT = "docker.service"

--- Docker takes the first of its options that names a cgroup manager: another one may not stand there.
local function refuse_other_manager()
  local other = (file.read(SETTINGS) or ""):match 'native%.cgroupdriver=([%w_-]+)'
  if other and other ~= "systemd" then
    error(("%s sets native.cgroupdriver=%s, and the kubelet is set up for systemd: take it out, then resume"):format(
      SETTINGS, other))
  end
end

--- D4: docker.io, enabled, with systemd as its cgroup manager. Settings that are there already stay; Docker's own
--- packages, where a site has them, do as well.
function docker.install()
  refuse_other_manager()
  if not apt.package("docker-ce").installed then
    apt.update { "docker.io" }
    apt.install { "docker.io" }
  end
  systemd.enable(UNIT)
  file.json { path = SETTINGS, merge = { ["exec-opts"] = { "native.cgroupdriver=systemd" } } }
  systemd.restart { unit = UNIT, files = { SETTINGS } }
end

return docker
