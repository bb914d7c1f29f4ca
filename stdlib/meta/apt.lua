---@meta
-- Made from the program itself: `make generate` writes it anew.

apt = {}

---@class apt.hold.arguments
---@field packages string[] which packages (list of package name such as "containerd")
---@field lock_timeout? integer seconds to wait for dpkg's lock (default 300)

---These packages are held: no upgrade changes them.
---
---Documented step D9.
---
---Undo: Packages that were not held before are released.
---
---Errors: A lock that is held for longer than `lock_timeout`.
---
---```lua
---apt.hold { "kubeadm", "kubectl", "kubelet" }
---```
---@param arguments apt.hold.arguments|string[]
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function apt.hold(arguments) end

---@class apt.install.arguments
---@field packages string[] which packages (list of package such as "docker.io", "kubeadm=1.24.0-00" or "kubeadm=1.24.0-*")
---@field recommends? boolean whether recommended packages come along, as apt has it by default (default true)
---@field change_held? boolean whether a held package may change its version; it is held again afterwards (default false)
---@field lock_timeout? integer seconds to wait for a lock of apt's or dpkg's (default 300)
---@field timeout? integer seconds that the installation may take (default 1800)
---@field parameter? string the runbook's parameter that names a mirror, for the error text where an address cannot be reached

---These packages are installed, in the versions that are wanted.
---
---A package without a version stays in whatever version it has; `NAME=BEGINNING*` accepts every
---version that begins so. Conffiles that were changed are kept. While another process holds dpkg's
---lock it waits, and then names that process. What a killed dpkg left behind is finished first.
---Documented steps D4, D5, D8, D22.
---
---Undo: The whole package set is brought back: what came along is purged, former versions return where
---they are still on offer, automatic marks and holds are as they were. What purging a package leaves
---is the package's own affair: the group of docker.io and the key of its daemon stay, and what the
---daemon did to the kernel until the next boot, which a rollback notes.
---
---Errors: A package, or a version of it, that no source offers. A held package that would change its
---version (see `change_held`). A lock that is held for longer than `lock_timeout`, with the process
---that holds it.
---
---```lua
---apt.install { "kubeadm=1.24.0-*", "kubectl=1.24.0-*", "kubelet=1.24.0-*" }
---```
---@param arguments apt.install.arguments|string[]
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function apt.install(arguments) end

---@class apt.key.arguments
---@field path string the keyring file; ends in .gpg or .asc (absolute path)
---@field fingerprint string of the key that is expected: 40 hexadecimal digits, spaces do not matter (fingerprint of 40 hexadecimal digits)
---@field content? string the key as text (-----BEGIN PGP PUBLIC KEY BLOCK-----); either this or source is given
---@field source? string a file that has the key, as text or binary, such as one that download.fetch brought (absolute path)

---The key that signs a package repository is in a keyring file of its own, and is the expected one.
---
---The fingerprint is computed from the key itself, without gpg. A file that ends in .gpg is written in
---binary form, one that ends in .asc as text; mode 0644, since apt reads it as the user _apt. Name the
---file in `signed_by` of apt.repository: then the key counts for that repository alone (documented
---step D6).
---
---Undo: The former file comes back, with content, mode and owner; where there was none it goes, with
---the directories that were made for it and are empty.
---
---Errors: Another fingerprint than the expected one. `content` and `source` both given, or neither. A
---link or a directory at the path.
---
---```lua
---apt.key { path = "/etc/apt/keyrings/kubernetes.gpg", source = "/var/cache/vsr/Release.key", fingerprint = "DE15B14486CD377B9E876E1A234654DA9A296436" }
---```
---@param arguments apt.key.arguments
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function apt.key(arguments) end

---@class apt.package.arguments
---@field name string which package (package name such as "containerd")

---What dpkg has of a package, and what the package lists offer.
---
---```lua
---if apt.package("kubeadm").installed then … end
---```
---@param arguments apt.package.arguments|string
---@return { name: string, state: string, installed?: string, candidate?: string, versions: string[], held: boolean, auto: boolean } # a table of `name`, `state` (dpkg's word such as `installed`, or `absent`), `installed` (the version; nil unless its state is `installed`), `candidate` (the version that apt would install; nil if there is none), `versions` (all on offer, newest first), `held`, `auto`
function apt.package(arguments) end

---@class apt.remove.arguments
---@field packages string[] which packages (list of package name such as "containerd")
---@field purge? boolean whether their conffiles go too (default false)
---@field lock_timeout? integer seconds to wait for a lock of apt's or dpkg's (default 300)
---@field timeout? integer seconds that the removal may take (default 1800)

---These packages are not installed.
---
---What depends on them goes along; a hold keeps none of them.
---
---Undo: What went is installed again, where it is still on offer, with its marks; conffiles that a
---purge took come back as they were.
---
---Errors: A lock that is held for longer than `lock_timeout`. Packages that are still there after
---apt-get reported success.
---
---```lua
---apt.remove { "cloud-init" }
---```
---@param arguments apt.remove.arguments|string[]
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function apt.remove(arguments) end

---@class apt.repository.arguments
---@field name string the name of the source's file, without its ending
---@field uris string[] where it is: http, https or file addresses of the same content (list of string)
---@field suite string its suite, such as "bookworm"; one that ends in / is the path of a flat repository
---@field components? string[] its components, such as "main"; none of a flat repository (list of string; default {})
---@field signed_by string the keyring file with its key (absolute path)
---@field architectures? string[] only these architectures; all of the machine's, if none is named (list of string; default {})
---@field format? "sources"|"list" how the source is written ("sources" (deb822) or "list" (one line); default "sources")

---A package repository is one of apt's sources, trusted by a key of its own.
---
---The source is a file below /etc/apt/sources.list.d. Follow it by apt.update. Documented step D7 (the
---document's apt.kubernetes.io was frozen on 2023-09-13 and is gone since 2024-03-04).
---
---Undo: The former file comes back, or goes where there was none, and the lists that were read from it
---go.
---
---Errors: A name, suite or component that apt would not take; addresses that are not http, https or
---file.
---
---```lua
---apt.repository { name = "kubernetes", uris = { "https://pkgs.k8s.io/core:/stable:/v1.24/deb/" }, suite = "/", signed_by = "/etc/apt/keyrings/kubernetes.gpg" }
---```
---@param arguments apt.repository.arguments
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function apt.repository(arguments) end

---@class apt.update.arguments
---@field packages? string[] what the lists have to offer (list of package such as "docker.io", "kubeadm=1.24.0-00" or "kubeadm=1.24.0-*"; default {})
---@field source? string the name of a source below /etc/apt/sources.list.d, without its ending; without it, all count
---@field lock_timeout? integer seconds to wait for the lists' lock (default 300)
---@field timeout? integer seconds that it may take (default 300)
---@field parameter? string the runbook's parameter that names a mirror, for the error text where an address cannot be reached

---The package lists are newer than the sources that they come from, and offer what is wanted.
---
---With `source`, only that one's lists count and are read, so that a foreign repository that fails
---stands in nobody's way. Documented step D7.
---
---Undo: The lists stay: they are a cache, and apt.repository takes those of its own away.
---
---Errors: A source that is not there. An address that cannot be reached, named together with
---`parameter`. Packages that the lists do not offer.
---
---```lua
---apt.update { packages = { "kubeadm=1.24.0-*" }, source = "kubernetes" }
---```
---@param arguments? apt.update.arguments|string[]
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function apt.update(arguments) end
