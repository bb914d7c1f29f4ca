-- What the tests run: a manifest, two plugins built from their source, and settings that are merged.
-- luacheck: std none, read globals runbook step download file git

local params = runbook {
  name = "fetch",
  version = "1.0.0",
  api = 1,
  summary = "downloads, repositories, and what is built of them",
  params = {
    root = { type = "string", doc = "where everything is put" },
    manifest = { type = "string", default = "", doc = "the manifest's address; empty: none" },
    sha256 = { type = "string", default = "", doc = "its checksum; empty: taken as it comes" },
    timeout = { type = "integer", default = 30, doc = "seconds for the manifest" },
    multus = { type = "string", default = "", doc = "the repository of multus; empty: none" },
    revision = { type = "string", default = "v3.8", doc = "the revision of multus" },
    sriov = { type = "string", default = "", doc = "the repository of sriov-cni; empty: none" },
    go_proxy = { type = "string", default = "", doc = "where Go finds modules; empty: its own default" },
    cache = { type = "string", default = "", doc = "the Go compiler's cache" },
    settings = { type = "boolean", default = false, doc = "whether daemon.json is merged" },
  },
}

local root = params.root

local function plugin(name, repository, revision, argv, output)
  local source = root .. "/src/" .. name
  git.checkout {
    repository = "https://github.invalid/" .. name .. ".git",
    mirror = repository,
    path = source,
    revision = revision,
    parameter = name,
    timeout = 60,
  }
  git.build {
    path = source,
    argv = argv,
    output = output,
    environment = { GOCACHE = params.cache, GOPROXY = params.go_proxy ~= "" and params.go_proxy or nil },
    parameter = "go_proxy",
  }
  file.copy { from = source .. "/" .. output, to = root .. "/opt/cni/bin/" .. output:match "[^/]+$", mode = "0755" }
end

if params.manifest ~= "" then
  step("manifest", { doc = "D23" }, function()
    download.fetch {
      url = "https://github.invalid/kube-flannel.yml",
      mirror = params.manifest,
      path = root .. "/share/kube-flannel.yml",
      sha256 = params.sha256 ~= "" and params.sha256 or nil,
      unverified = params.sha256 == "",
      parameter = "manifest",
      timeout = params.timeout,
    }
  end)
end

if params.multus ~= "" then
  step("multus", { doc = "D24" }, function()
    plugin("multus", params.multus, params.revision, { "./hack/build-go.sh" }, "bin/multus")
  end)
end

if params.sriov ~= "" then
  step("sriov", { doc = "D25" }, function()
    plugin("sriov", params.sriov, "v2.6.1", { "make", "build" }, "build/sriov")
  end)
end

if params.settings then
  step("settings", { doc = "D4" }, function()
    file.json { path = root .. "/etc/daemon.json", merge = { ["exec-opts"] = { "native.cgroupdriver=systemd" } } }
  end)
end
