extension AbsolutePath {
  /// The administrator's kubeconfig, as kubeadm writes it.
  static var adminKubeconfig: AbsolutePath { AbsolutePath("/etc/kubernetes/admin.conf") }
}
