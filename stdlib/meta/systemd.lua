---@meta
-- Made from the program itself: `make generate` writes it anew.

systemd = {}

---@class systemd.edit.arguments
---@field unit string which unit (unit name such as "containerd.service")
---@field drop_in? string the drop-in's file name, which ends in .conf; without it the unit file itself is written
---@field content string the whole content

---A unit file, or a drop-in of a unit, has exactly this content below /etc/systemd/system.
---
---Follow it by systemd.reload, and by systemd.restart where the running process has to see it
---(documented steps D13, D16). A rollback does both again for those that the run did.
---
---Undo: The former file comes back, or goes where there was none.
---
---```lua
---systemd.edit { unit = "containerd.service", drop_in = "override.conf", content = "[Service]\nLimitMEMLOCK=4194304\n" }
---```
---@param arguments systemd.edit.arguments
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function systemd.edit(arguments) end

---@class systemd.enable.arguments
---@field unit string which unit (unit name such as "containerd.service")

---A unit starts at boot. It is not started now.
---
---Undo: The unit is disabled again.
---
---Errors: A unit that is masked, that has no unit file, or whose [Install] section names no target.
---
---```lua
---systemd.enable "kubelet.service"
---```
---@param arguments systemd.enable.arguments|string
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function systemd.enable(arguments) end

---@class systemd.reload.arguments
---@field units string[] which units (list of unit name such as "containerd.service")

---systemd has read the present files of these units.
---
---The machine is the judge: it holds when no unit of them needs it (NeedDaemonReload).
---
---Undo: systemd reads the former files. It comes after everything else was undone.
---
---Errors: Units that still need a reload after one.
---
---```lua
---systemd.reload { "containerd.service" }
---```
---@param arguments systemd.reload.arguments|string[]
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function systemd.reload(arguments) end

---@class systemd.restart.arguments
---@field unit string which unit (unit name such as "containerd.service")
---@field files? string[] further files that its process reads when it starts (list of absolute path; default {})
---@field limits? table<string, any> limits that the process must show, by the unit's property names (LimitNOFILE, LimitMEMLOCK) (table of any value by name; default {})

---The unit's process runs with the present settings.
---
---The machine is the judge: it holds when the main process started after the last change to the unit's
---files (its fragment, its drop-ins, and the further files given; a drop-in removed counts), or shows
---the limits given. At boot, a unit that has not started yet holds: it will start with what is there.
---A unit that keeps restarting (kubelet before kubeadm init) counts as running (documented steps D15,
---D17).
---
---Undo: The unit is restarted with its former files, or stopped if it did not run. It comes after
---everything else was undone.
---
---Errors: A unit that systemd does not know or cannot start; limits that the process does not show.
---
---```lua
---systemd.restart { unit = "containerd.service", limits = { LimitMEMLOCK = 4194304 } }
---```
---@param arguments systemd.restart.arguments|string
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function systemd.restart(arguments) end

---@class systemd.start.arguments
---@field unit string which unit (unit name such as "containerd.service")

---A unit is active.
---
---Undo: A unit that was not active is stopped.
---
---Errors: A unit that systemd does not know or cannot start.
---
---```lua
---systemd.start "containerd.service"
---```
---@param arguments systemd.start.arguments|string
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function systemd.start(arguments) end

---@class systemd.unit.arguments
---@field unit string which unit (unit name such as "containerd.service")
---@field properties? string[] names of D-Bus properties to read (list of string; default {})

---What systemd knows of a unit.
---
---```lua
---systemd.unit { unit = "containerd.service", properties = { "LimitMEMLOCK" } }
---```
---@param arguments systemd.unit.arguments|string
---@return { name: string, load: string, active: string, sub: string, enabled: string, fragment: string, drop_ins: string[], needs_reload: boolean, main_pid: integer, properties: table<string, any> } # a table of `name`, `load`, `active`, `sub`, `enabled` (the unit file's state), `fragment`, `drop_ins`, `needs_reload`, `main_pid`, and `properties` with those that were asked for
function systemd.unit(arguments) end
