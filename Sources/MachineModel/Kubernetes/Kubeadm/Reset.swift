import Host

/// `kubeadm reset -f`: what it takes away, and what it leaves (cmd/kubeadm/app/cmd/phases/reset).
extension Machine {
  mutating func resetKubeadm() -> String {
    try? stopUnit("kubelet.service")
    // Without the manifest it does not know where etcd's data is, and leaves it.
    let knowsData = files["/etc/kubernetes/manifests/etcd.yaml"] != nil
    kubernetes.cluster = nil
    kubernetes.isUnknown = false
    kubernetes.devices = [:]
    kubernetes.kubelet = nil
    for name in ["admin", "kubelet", "bootstrap-kubelet", "controller-manager", "scheduler", "super-admin"] {
      removeTree("/etc/kubernetes/\(name).conf")
    }
    for directory in ["/etc/kubernetes/manifests", "/etc/kubernetes/pki"] { empty(directory) }
    if isCutShort { return "" }
    let stateful =
      ["/var/lib/kubelet", "/var/lib/dockershim", "/run/kubernetes", "/var/lib/cni"]
      + (knowsData ? ["/var/lib/etcd"] : [])
    for directory in stateful { empty(directory) }
    return """
      [preflight] Running pre-flight checks
      [reset] Stopping the kubelet service
      [reset] Unmounting mounted directories in "/var/lib/kubelet"
      [reset] Deleting contents of config directories: [/etc/kubernetes/manifests /etc/kubernetes/pki]
      [reset] Deleting files: [/etc/kubernetes/admin.conf /etc/kubernetes/kubelet.conf \
      /etc/kubernetes/bootstrap-kubelet.conf /etc/kubernetes/controller-manager.conf /etc/kubernetes/scheduler.conf]
      [reset] Deleting contents of stateful directories: [/var/lib/etcd /var/lib/kubelet /var/lib/dockershim \
      /var/run/kubernetes /var/lib/cni]

      The reset process does not clean CNI configuration. To do so, you must remove /etc/cni/net.d

      The reset process does not reset or clean up iptables rules or IPVS tables.
      If you wish to reset iptables, you must do so manually by using the "iptables" command.

      If your cluster was setup to utilize IPVS, run ipvsadm --clear (or similar)
      to reset your system's IPVS tables.

      The reset process does not clean your kubeconfig files and you must remove them manually.
      Please, check the contents of the $HOME/.kube/config file.

      """
  }

  private mutating func empty(_ directory: String) {
    for name in files.names(directory) { removeTree("\(directory)/\(name)") }
  }

  private mutating func removeTree(_ path: String) {
    guard files[path] != nil else { return }
    files.set(path, nil, at: clock)
  }
}
