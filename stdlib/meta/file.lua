---@meta
-- Made from the program itself: `make generate` writes it anew.

file = {}

---@class file.copy.arguments
---@field from string the file that is copied (absolute path)
---@field to string where the copy stands (absolute path)
---@field mode? string permission bits of the copy (octal mode such as "0644"; default "0644")
---@field user? integer numeric owner (default 0)
---@field group? integer numeric group (default 0)

---A file has the same content as another file, and this mode and owner.
---
---The copy is replaced as a whole: readers see the former content or the new one, and a program that
---runs from it goes on with the former. Missing parent directories are made (mode 0755). A link at the
---copy's path is refused rather than followed; one at the original's is followed.
---
---Undo: The former file comes back, with content, mode and owner; where there was none it goes, with
---the directories that were made for it and are empty.
---
---Errors: An original that is not there. A link or a directory at the copy's path.
---
---```lua
---file.copy { from = "/etc/kubernetes/admin.conf", to = "/root/.kube/config", mode = "0600" }
---```
---@param arguments file.copy.arguments
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function file.copy(arguments) end

---@class file.directory.arguments
---@field path string which directory; missing parents are made too (absolute path)
---@field mode? string permission bits (octal mode such as "0644"; default "0755")

---A directory is there, with this mode and owned by root.
---
---Undo: A directory that was made goes, with the parents that were made for it, if they are empty; one
---that was there gets its former mode and owner.
---
---Errors: Something else than a directory at the path.
---
---```lua
---file.directory { path = "/opt/cni/bin" }
---```
---@param arguments file.directory.arguments|string
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function file.directory(arguments) end

---@class file.json.arguments
---@field path string which file (absolute path)
---@field merge any the settings, a table (any value)
---@field mode? string permission bits; without them those of the file, or 0644 (octal mode such as "0644")

---A JSON file has these settings among its own.
---
---Maps are merged key by key, lists get what they lack, anything else is replaced; other settings, and
---the order of all, stay. A file that has the settings already is left as it is to the byte. One that
---is missing or empty is made. One that is not JSON is refused.
---
---Undo: The former bytes come back; a file that was made goes.
---
---Errors: A file that is not JSON, or holds no object, with line and column. A link or a directory at
---the path.
---
---```lua
---file.json { path = "/etc/docker/daemon.json", merge = { ["exec-opts"] = { "native.cgroupdriver=systemd" } } }
---```
---@param arguments file.json.arguments
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function file.json(arguments) end

---@class file.link.arguments
---@field path string where the link stands (absolute path)
---@field to string where it points, as it is to be written there

---A symbolic link stands at a path and points where it should.
---
---Undo: The former link comes back, or goes where there was none.
---
---Errors: Something else than a link at the path.
---
---```lua
---file.link { path = "/etc/systemd/system/zram.swap", to = "/dev/null" }
---```
---@param arguments file.link.arguments
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function file.link(arguments) end

---@class file.list.arguments
---@field path string which directory (absolute path)

---The names in a directory, sorted.
---
---```lua
---for _, name in ipairs(file.list "/etc/cni/net.d") do … end
---```
---@param arguments file.list.arguments|string
---@return string[] # a list of names; an empty one if there is no such directory
function file.list(arguments) end

---@class file.read.arguments
---@field path string which file (absolute path)

---The content of a file.
---
---```lua
---local config = file.read "/etc/containerd/config.toml"
---```
---@param arguments file.read.arguments|string
---@return string? # the content as a string, or `nil` if there is no such file
function file.read(arguments) end

---@class file.remove.arguments
---@field path string what to remove (absolute path)

---Nothing stands at a path: no file, no link, no empty directory.
---
---Undo: What stood there comes back: a file with content, mode and owner, a link, or an empty
---directory.
---
---Errors: A device, a socket or a pipe. A directory with something in it.
---
---```lua
---file.remove "/etc/cni/net.d/100-crio-bridge.conf"
---```
---@param arguments file.remove.arguments|string
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function file.remove(arguments) end

---@class file.stat.arguments
---@field path string which path (absolute path)

---What stands at a path; the last link is not followed.
---
---```lua
---if not file.stat "/dev/ppp" then error "no /dev/ppp" end
---```
---@param arguments file.stat.arguments|string
---@return { kind: "file"|"directory"|"link"|"other", mode: string, user: integer, group: integer, size: integer }? # a table of `kind` (`file`, `directory`, `link`, `other`), `mode` (octal), `user`, `group`, `size`; `nil` if nothing is there
function file.stat(arguments) end

---@class file.write.arguments
---@field path string where (absolute path)
---@field content string the whole content; a text file ends with a newline
---@field mode? string permission bits (octal mode such as "0644"; default "0644")
---@field user? integer numeric owner (default 0)
---@field group? integer numeric group (default 0)

---A file has exactly this content, mode and owner.
---
---The file is replaced as a whole: readers see the former content or the new one. Missing parent
---directories are made (mode 0755). A link at the path is refused rather than followed.
---
---Undo: The former file comes back, with content, mode and owner; where there was none it goes, with
---the directories that were made for it and are empty.
---
---Errors: A link or a directory at the path.
---
---```lua
---file.write { path = "/etc/modules-load.d/containerd.conf", content = "overlay\nbr_netfilter\n" }
---```
---@param arguments file.write.arguments
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function file.write(arguments) end
