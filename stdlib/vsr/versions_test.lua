local versions = require "vsr.versions"

describe("versions", function()
  it("refuses what is no whole version", function()
    for _, text in ipairs { "1.24", "v1.24.0", "2.0.0", "latest", "" } do
      expect(function() versions.of(text) end).fails "expected a whole version such as 1.24.0"
    end
  end)

  it("refuses what is older than its objects", function()
    expect(function() versions.of "1.19.16" end).fails "Kubernetes 1.19.16 is older than 1.20"
    expect(versions.of("1.20.0").minor).equals(20)
  end)

  it("has a public repository from 1.24 on", function()
    expect(versions.of("1.23.17").repository).equals(nil)
    expect(versions.of("1.24.0").repository).equals "https://pkgs.k8s.io/core:/stable:/v1.24/deb/"
  end)

  it("puts packages of any revision at a version", function()
    expect(versions.of("1.29.3").packages).equals "1.29.3-*"
  end)

  it("knows which taints kubeadm puts on a node", function()
    local master, control_plane = "node-role.kubernetes.io/master", "node-role.kubernetes.io/control-plane"
    expect(versions.of("1.23.17").taints).equals { master }
    expect(versions.of("1.24.0").taints).equals { master, control_plane }
    expect(versions.of("1.25.0").taints).equals { control_plane }
  end)

  it("knows what 1.25 took away", function()
    local before, after = versions.of "1.24.9", versions.of "1.25.0"
    expect(before.has_pod_security_policy).equals(true)
    expect(after.has_pod_security_policy).equals(false)
    expect(before.has_kubelet_flags).equals(true)
    expect(after.has_kubelet_flags).equals(false)
    expect(before.architecture_label).equals "beta.kubernetes.io/arch"
    expect(after.architecture_label).equals "kubernetes.io/arch"
  end)

  it("speaks kubeadm's configuration as the version does", function()
    local function api(text) return versions.of(text).kubeadm_api:match "v1beta%d" end
    expect(api "1.21.0").equals "v1beta2"
    expect(api "1.22.0").equals "v1beta3"
    expect(api "1.30.9").equals "v1beta3"
    expect(api "1.31.0").equals "v1beta4"
  end)

  it("tells kubeadm where coredns is while it does not find it by itself", function()
    expect(versions.of("1.20.15").dns_images).equals(nil)
    expect(versions.of("1.21.1").dns_images).equals(nil)
    expect(versions.of("1.21.2").dns_images).equals "registry.k8s.io/coredns"
    expect(versions.of("1.24.0").dns_images).equals "registry.k8s.io/coredns"
    expect(versions.of("1.25.0").dns_images).equals(nil)
  end)

  it("knows who refuses cgroup v1, and what it does not know", function()
    expect(versions.of("1.34.0").refuses_cgroup_v1).equals(nil)
    expect(versions.of("1.37.0").refuses_cgroup_v1).equals(35)
    expect(versions.of("1.37.0").newest).equals(nil)
    expect(versions.of("1.38.0").newest).equals(37)
  end)

  it("writes containerd's socket as the version's kubeadm does", function()
    expect(versions.of("1.23.0").cri_socket).equals "/run/containerd/containerd.sock"
    expect(versions.of("1.24.0").cri_socket).equals "unix:///run/containerd/containerd.sock"
  end)
end)
