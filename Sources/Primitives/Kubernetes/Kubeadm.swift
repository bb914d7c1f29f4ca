import Host

/// kubeadm(1) and its error texts.
struct Kubeadm {
  let context: Context

  /// `kubeadm init` with these arguments.
  ///
  /// - Parameter mirror: the runbook's parameter that names a mirror of the images.
  func initialize(_ arguments: [String], timeout: Int, mirror: String?) async throws {
    let result = try await run(["init"] + arguments, timeout: timeout)
    guard !result.succeeded else { return }
    let text = String(decoding: result.errorOutput + result.output, as: UTF8.self)
    let refusals = text.split(whereSeparator: \.isNewline).filter { $0.contains("[ERROR ") }
    if !refusals.isEmpty {
      let words = refusals.joined(separator: "; ").replacing("\t", with: "")
      throw PrimitiveError("kubeadm init refuses this machine: \(words)", hint: hint(text, mirror))
    }
    throw PrimitiveError(
      "kubeadm init ended with status \(result.status): \(result.complaint)", hint: hint(text, mirror))
  }

  /// Takes away all that `kubeadm init` made, but for what it says itself that it leaves.
  ///
  /// - Parameter isWhole: whether the cluster is one that is told goodbye: its etcd and its list of control planes. kubeadm waits
  ///   some minutes (4.5 were seen with 1.20) for what half a cluster does not say, so that one is not asked.
  func reset(_ criSocket: String, isWhole: Bool, timeout: Int = 300) async throws {
    let arguments = ["reset", "-f", "--cri-socket", criSocket] + (isWhole ? [] : ["--kubeconfig=/dev/null"])
    let result = try await run(arguments, timeout: timeout)
    guard result.succeeded else {
      throw PrimitiveError(
        "kubeadm reset ended with status \(result.status): \(result.complaint)",
        hint: "is the container runtime running? `kubeadm reset -f` by hand says more")
    }
  }

  private func run(_ arguments: [String], timeout: Int) async throws -> CommandResult {
    do {
      return try await context.host.run(Command(["kubeadm"] + arguments, timeout: timeout))
    } catch {
      if error.isAbsent {
        throw PrimitiveError(
          "kubeadm is not installed on this machine", hint: "install it first: apt.install { \"kubeadm\" }")
      }
      guard error.isTimeout else { throw error }
      throw PrimitiveError(
        "kubeadm \(arguments[0]) had no end after \(timeout) s and was stopped",
        hint:
          "`journalctl -u kubelet -e` and `crictl ps -a` say what it waited for; a slow machine needs a longer timeout")
    }
  }

  private func hint(_ text: String, _ mirror: String?) -> String? {
    if text.contains("ImagePull") || text.contains("pull image") {
      let means =
        mirror.map { "the parameter '\($0)' names" } ?? "image_repository, or imageRepository in config, names"
      return "the images cannot be had: \(means) a mirror of them"
    }
    if text.contains("[ERROR CRI]") || text.contains("container runtime is not running") {
      return "is containerd running, and is cri missing from the disabled_plugins of its configuration?"
    }
    if text.contains("[ERROR Swap]") { return "switch swap off: swap.off" }
    if text.contains("timed out waiting for the condition") || text.contains("context deadline exceeded") {
      return "the control plane did not come up: `journalctl -u kubelet -e` and `crictl ps -a` say why"
    }
    return text.contains("[ERROR ") ? "mend it; what may be ignored goes into ignore_preflight" : nil
  }
}
