import Host

extension HostError {
  /// Whether the kernel, or a program, did not end in time and may still go on.
  var isTimeout: Bool { if case .timedOut = reason { true } else { false } }
}
