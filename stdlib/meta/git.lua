---@meta
-- Made from the program itself: `make generate` writes it anew.

git = {}

---@class git.build.arguments
---@field path string the working tree, as git.checkout made it (absolute path)
---@field argv string[] the program and its arguments; one with a / is of the working tree, ./hack/build-go.sh (list of string)
---@field output string the file that it makes, in the working tree
---@field environment? table<string, string> added to its environment (table of string by name; default {})
---@field parameter? string the runbook's parameter for a mirror of what it downloads, named where that cannot be had
---@field timeout? integer seconds that it may take (default 1800)

---A file in a git checkout was made from the revision that is checked out, by this command.
---
---A program does not tell which revision it was built from. So the commit, the command and the SHA-256
---of what it made are recorded in the repository's own folder, and compared: a file of another
---revision, one that was changed, and one whose making was cut off are made anew. The command has a
---home directory of its own there, so that caches and downloaded modules go away with it; a proxy for
---modules (GOPROXY) is given by `environment`.
---
---Undo: The former file comes back, or goes where there was none; so does the home directory that the
---command got.
---
---Errors: A path that is no git checkout. A command that ends with another status than 0, or makes no
---such file.
---
---```lua
---git.build { path = "/usr/local/src/sriov-cni", argv = { "make", "build" }, output = "build/sriov" }
---```
---@param arguments git.build.arguments
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function git.build(arguments) end

---@class git.checkout.arguments
---@field repository string where it is published (address (https://…, http://…, file:///…) or absolute path)
---@field path string where the working tree stands (absolute path)
---@field revision string which state of it (tag, or commit of 40 hexadecimal digits)
---@field mirror? string where a site has it; used in place of repository (address (https://…, http://…, file:///…) or absolute path)
---@field parameter? string the runbook's parameter for the mirror, named where the repository cannot be had
---@field timeout? integer seconds that fetching it may take (default 900)

---A directory holds a revision of a git repository, with no tracked file changed.
---
---Only that revision is fetched, where the other side can do that. A directory that holds another
---revision of the repository is moved to this one; one with local changes, or with something else in
---it, is refused. A tag stays what it was when it was first fetched: give a commit to be sure of more.
---Proxies and passwords are git's own settings.
---
---Undo: What was cloned goes, with all that was made in it, or the former revision comes back; what
---was fetched stays in the repository then.
---
---Errors: A revision that the repository does not have, an address that cannot be reached. A directory
---with local changes, or with something else in it.
---
---```lua
---git.checkout { repository = "https://github.com/k8snetworkplumbingwg/multus-cni.git", path = "/usr/local/src/multus-cni", revision = "v3.8" }
---```
---@param arguments git.checkout.arguments
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function git.checkout(arguments) end
