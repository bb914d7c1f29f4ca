--- The registry that the router's image comes from.
local registry = {}

--- The name of the Secret that the router's pod pulls its image with.
registry.SECRET = "regcred"

--- D34: login and password of the registry, as a Secret. A login left out is asked for; so is leave to replace a Secret
--- that somebody else made.
---
--- Options: `server`, `login`, `password` (a secret), `replace` (leave was given already).
--- @param options table
function registry.sign_in(options)
  local login = options.login
  if login == "" then
    login = operator.ask {
      question = ("Which login for %s (6WIND support gives one)?"):format(options.server),
      text = true,
      default = "anonymous",
    }
  end
  local wanted = {
    name = registry.SECRET,
    server = options.server,
    username = login,
    password = options.password,
    replace = options.replace,
  }
  local done, problem = pcall(kube.secret, wanted)
  if done then
    return
  end
  if options.replace or not problem:find("replace = true", 1, true) then
    error(problem, 0)
  end
  wanted.replace = operator.ask {
    question = ("Replace the Secret %s, which vsrrun did not make? That cannot be taken back"):format(registry.SECRET),
    default = false,
  }
  if not wanted.replace then
    error(("%s (parameter replace_secret)"):format(problem), 0)
  end
  kube.secret(wanted)
end

--- The Secret, for deleting it.
function registry.identity()
  return { apiVersion = "v1", kind = "Secret", metadata = { name = registry.SECRET } }
end

return registry
