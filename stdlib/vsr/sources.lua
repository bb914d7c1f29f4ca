--- Programs that the document builds from their source.
local sources = {}

local PLUGINS = "/opt/cni/bin/"

--- Where the source of `name` is checked out.
function sources.folder(name)
  return "/usr/local/src/" .. name
end

--- Checks a repository out at a revision and builds a file of it; caches stay inside the folder.
---
--- Options: `name` of the folder, `repository`, `revision` (a tag, or a commit of 40 digits), `mirror` (takes the
--- repository's place, unless empty), `parameter` that a site gives the mirror by, `argv` that builds, `output` that it
--- makes, `go_proxy` (unless empty).
function sources.build(options)
  local folder = sources.folder(options.name)
  git.checkout {
    repository = options.repository,
    path = folder,
    revision = options.revision,
    mirror = options.mirror ~= "" and options.mirror or nil,
    parameter = options.parameter,
  }
  git.build {
    path = folder,
    argv = options.argv,
    output = options.output,
    environment = {
      GOPATH = folder .. "/.git/go",
      GOCACHE = folder .. "/.git/go-build",
      GOPROXY = options.go_proxy ~= "" and options.go_proxy or nil,
    },
  }
  return folder
end

--- The same, and the file is put where containerd looks for CNI plugins.
function sources.install_plugin(options)
  local folder = sources.build(options)
  file.copy { from = folder .. "/" .. options.output, to = PLUGINS .. options.plugin, mode = "0755" }
  return folder
end

return sources
