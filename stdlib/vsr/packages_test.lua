local packages = require "vsr.packages"
local versions = require "vsr.versions"

local function repository(version, address, key)
  return packages.repository(versions.of(version), {
    kubernetes_repository = address or "", kubernetes_key = key or "", kubernetes_key_fingerprint = "F",
  })
end

describe("packages.repository", function()
  it("is the version's own", function()
    expect(repository "1.24.0").equals {
      address = "https://pkgs.k8s.io/core:/stable:/v1.24/deb/",
      suite = "/",
      components = {},
      key = "https://pkgs.k8s.io/core:/stable:/v1.24/deb/Release.key",
      fingerprint = "F",
    }
  end)

  it("is the site's mirror, with one slash at its end", function()
    expect(repository("1.23.17", "https://mirror/k8s").address).equals "https://mirror/k8s/"
    expect(repository("1.23.17", "https://mirror/k8s//").key).equals "https://mirror/k8s/Release.key"
    expect(repository("1.23.17", "https://mirror/k8s", "https://keys/k8s.asc").key).equals "https://keys/k8s.asc"
  end)

  it("can have a suite and components, as the former one had", function()
    local mirror = repository("1.20.2", "https://mirror/apt kubernetes-xenial main")
    expect(mirror.address).equals "https://mirror/apt/"
    expect(mirror.suite).equals "kubernetes-xenial"
    expect(mirror.components).equals { "main" }
  end)

  it("is asked for where there is none any more", function()
    expect(function() repository "1.23.17" end).fails "give the address of a mirror in kubernetes_repository"
  end)
end)
