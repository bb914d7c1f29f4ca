local manifests = require "vsr.manifests"
local versions = require "vsr.versions"

local TEXT = [[
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: kube-flannel-ds
  namespace: kube-flannel
spec:
  image: quay.io/coreos/flannel:v0.13.1-rc1
---
kind: DaemonSet
metadata:
  labels: {a: b}
  name: other
spec:
  image: docker.io/other:1 # as published
]]

describe("manifests", function()
  it("puts another image in the place of those of a name", function()
    local text = manifests.with_image(TEXT, "flannel:", "mirror/flannel:1")
    expect(text).contains "  image: mirror/flannel:1\n"
    expect(text).contains "  image: docker.io/other:1 # as published\n"
    expect(manifests.with_image(TEXT, "nothing:", "x")).equals(TEXT)
  end)

  it("are refused with what the version does not have any more", function()
    local text = "kind: PodSecurityPolicy\napiVersion: policy/v1beta1\n"
    manifests.check(versions.of "1.24.0", text, "it")
    manifests.check(versions.of "1.37.0", TEXT, "it")
    expect(function() manifests.check(versions.of "1.25.0", text, "flannel's manifest") end).fails(
      "flannel's manifest has policy/v1beta1, which Kubernetes 1.25 dropped")
  end)

  it("finds the DaemonSets, whatever ends the lines", function()
    local expected = {
      { name = "kube-flannel-ds", namespace = "kube-flannel" },
      { name = "other", namespace = "default" },
    }
    expect(manifests.daemon_sets(TEXT)).equals(expected)
    expect(manifests.daemon_sets((TEXT:gsub("\n", "\r\n")))).equals(expected)
  end)
end)
