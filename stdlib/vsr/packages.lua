--- Packages of Kubernetes, and those that the install needs besides.
local packages = {}

local SOURCE = "kubernetes"
local KEYRING = "/etc/apt/keyrings/kubernetes.gpg"
local KEY = "/usr/local/share/vsr/kubernetes-release.key"
local PROGRAMS = { "kubeadm", "kubectl", "kubelet" }

--- The repository that the packages come from: the site's mirror, or the version's own on pkgs.k8s.io. The documented
--- apt.kubernetes.io is gone since 2024-03-04.
---
--- Of the parameters it reads `kubernetes_repository`, `kubernetes_key`, `kubernetes_key_fingerprint`. The first is the
--- address of a flat repository, or address, suite and components of another, as a copy of apt.kubernetes.io is.
--- @param kubernetes table as `versions.of` answers
--- @param params table the runbook's parameters
--- @return { address: string, suite: string, components: string[], key: string, fingerprint: string }
function packages.repository(kubernetes, params)
  local words = {}
  for word in (params.kubernetes_repository ~= "" and params.kubernetes_repository or kubernetes.repository or "")
    :gmatch "%S+" do
    words[#words + 1] = word
  end
  if #words == 0 then
    error(("there is no public package repository of Kubernetes %s any more (apt.kubernetes.io is gone, pkgs.k8s.io "
      .. "begins with 1.24): give the address of a mirror in kubernetes_repository"):format(kubernetes.text))
  end
  local address = words[1]:gsub("/*$", "/")
  return {
    address = address,
    suite = words[2] or "/",
    components = { table.unpack(words, 3) },
    key = params.kubernetes_key ~= "" and params.kubernetes_key or address .. "Release.key",
    fingerprint = params.kubernetes_key_fingerprint,
  }
end

--- @return string[] the packages at a version, as apt is asked for them
local function at_version(kubernetes)
  local wanted = {}
  for number, name in ipairs(PROGRAMS) do
    wanted[number] = name .. "=" .. kubernetes.packages
  end
  return wanted
end

--- D5: what apt needs for repositories over https.
function packages.install_transport()
  apt.install { "apt-transport-https", "curl" }
end

--- D6: the signing key, trusted for this repository alone (`signed-by`), once its fingerprint is the expected one.
--- @param repository table as `packages.repository` answers
function packages.add_key(repository)
  download.fetch { url = repository.key, path = KEY, unverified = true, parameter = "kubernetes_key" }
  apt.key { path = KEYRING, source = KEY, fingerprint = repository.fingerprint }
end

--- D7: the repository, and its lists.
--- @param kubernetes table as `versions.of` answers
--- @param repository table as `packages.repository` answers
function packages.add_repository(kubernetes, repository)
  apt.repository {
    name = SOURCE,
    uris = { repository.address },
    suite = repository.suite,
    components = repository.components,
    signed_by = KEYRING,
  }
  apt.update { packages = at_version(kubernetes), source = SOURCE, parameter = "kubernetes_repository" }
end

--- D8: Kubernetes' programs, and a kubelet that starts at boot: newer packages leave it disabled.
--- @param kubernetes table as `versions.of` answers
function packages.install(kubernetes)
  apt.install { packages = at_version(kubernetes), parameter = "kubernetes_repository" }
  systemd.enable "kubelet.service"
end

--- D9: an upgrade of Kubernetes is more than one of packages.
function packages.hold()
  apt.hold(PROGRAMS)
end

--- D22: what multus and sriov-cni are built with.
function packages.install_build_tools()
  apt.install { "golang", "git", "make" }
end

return packages
