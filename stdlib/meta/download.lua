---@meta
-- Made from the program itself: `make generate` writes it anew.

download = {}

---@class download.fetch.arguments
---@field url string where it is published: http, https, file or an absolute path (address (https://…, http://…, file:///…) or absolute path)
---@field path string where the file is put (absolute path)
---@field sha256? string the checksum that it has (SHA-256 (64 hexadecimal digits))
---@field unverified? boolean whether it is taken as it comes, where its checksum is not known (default false)
---@field mode? string permission bits (octal mode such as "0644"; default "0644")
---@field mirror? string where a site has it; used in place of url (address (https://…, http://…, file:///…) or absolute path)
---@field parameter? string the runbook's parameter for the mirror, named where the file cannot be had
---@field timeout? integer seconds that it may take (default 300)

---A file has the content that is to be had at an address, known by its SHA-256.
---
---What comes is checked before anything is put in place: where the checksum is another, nothing
---changes. With `unverified` a file that is there is taken for the right one, and not fetched again.
---Addresses of http and https are fetched by curl(1), with the settings of /root/.curlrc, a proxy for
---one; of this machine's environment nothing is used. Files of up to 64 MiB.
---
---Undo: The former file comes back, with content, mode and owner; where there was none it goes, with
---the directories that were made for it and are empty.
---
---Errors: Another checksum than `sha256`: nothing is put in place then. An address that cannot be
---reached, named together with `parameter`. Neither `sha256` nor `unverified` given. A link or a
---directory at the path.
---
---```lua
---download.fetch { url = "https://example.com/kube-flannel.yml", path = "/usr/local/share/vsr/kube-flannel.yml", sha256 = params.flannel_sha256, mirror = params.flannel_manifest, parameter = "flannel_manifest" }
---```
---@param arguments download.fetch.arguments
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function download.fetch(arguments) end
