---@meta
-- Made from the program itself: `make generate` writes it anew.

swap = {}

---The swap areas in use, from /proc/swaps.
---
---```lua
---if #swap.list() > 0 then … end
---```
---@return { path: string, priority: integer }[] # a list of tables of `path` and `priority`
function swap.list() end

---No swap is in use, and none comes back at a reboot.
---
---Swap areas are turned off, swap entries of /etc/fstab are put behind `# vsrrun swap.off: `, and swap
---units that systemd generates for others (GPT partitions, zram) are masked. Documented step D1.
---
---Undo: All three come back: swap areas with their priorities, /etc/fstab, units.
---
---Errors: A swap area that the kernel does not give up, for want of memory.
---
---```lua
---swap.off()
---```
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function swap.off() end
