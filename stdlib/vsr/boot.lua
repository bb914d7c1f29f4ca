--- The units that go on after a reboot.
local boot = {}

local BOOT = [[
[Unit]
Description=Re-apply what a reboot loses of vsrrun's runs
After=systemd-modules-load.service systemd-udev-settle.service
Wants=systemd-udev-settle.service
Before=containerd.service docker.service kubelet.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=%s boot
TimeoutStartSec=15min

[Install]
WantedBy=multi-user.target
]]

local RESUME = [[
[Unit]
Description=Go on with the run of vsrrun that a reboot interrupted
After=vsrrun-boot.service containerd.service kubelet.service network-online.target
Wants=network-online.target

[Service]
Type=exec
ExecStart=%s resume --after-boot --yes
SuccessExitStatus=6

[Install]
WantedBy=multi-user.target
]]

--- Installs and enables both: huge pages, VFs and bindings come back before kubelet starts, and an interrupted run goes
--- on by itself. Call it in the first step.
function boot.install()
  local program = host.facts().program
  systemd.edit { unit = "vsrrun-boot.service", content = BOOT:format(program) }
  systemd.edit { unit = "vsrrun-resume.service", content = RESUME:format(program) }
  systemd.reload { "vsrrun-boot.service", "vsrrun-resume.service" }
  systemd.enable "vsrrun-boot.service"
  systemd.enable "vsrrun-resume.service"
end

return boot
