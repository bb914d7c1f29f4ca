public import Host

/// Processes that an earlier life of a run started and that are still at work: they carry `VSRRUN_RUN=<run>` in their
/// environment. A resume or a rollback waits for their end, so that there are never two apt or kubeadm at work.
public struct LeftBehind {
  private let host: any Host
  /// A write into sysfs that was given up and still waits in the kernel; it is whoever's run began it, since only one runs at
  /// a time.
  private static let attributeWriter = "vsrrun-write"

  public init(_ host: any Host) { self.host = host }

  /// The processes that carry the run's mark, as `<pid> <program>`.
  public func processes(of run: String, except own: Int) throws -> [String] {
    let mark = Array("VSRRUN_RUN=\(run)".utf8)
    return try host.listIfPresent("/proc").filter { $0.allSatisfy(\.isNumber) && Int($0) != own }.compactMap {
      process in
      // A process may end, or belong to another user, while it is looked at. A zombie is at work no more.
      let stat = (try? host.text("/proc/\(process)/stat")) ?? nil
      guard let stat, !stat.contains(") Z ") else { return nil }
      let name = (try? host.text("/proc/\(process)/comm")) ?? nil
      let environment = (try? host.read("/proc/\(process)/environ")) ?? []
      let isOurs = environment.split(separator: 0).contains { $0.elementsEqual(mark) } || name == Self.attributeWriter
      return isOurs ? "\(process) \(name ?? "")" : nil
    }
  }

  /// Waits until none is left.
  ///
  /// - Parameters:
  ///   - deadline: seconds.
  ///   - isInterrupted: asked while it waits; ends it.
  ///   - waiting: told once which processes it waits for.
  public func wait(
    for run: String, except own: Int, deadline: Int, isInterrupted: () -> Bool = { false }, waiting: ([String]) -> Void
  ) async throws {
    var processes = try processes(of: run, except: own)
    guard !processes.isEmpty else { return }
    waiting(processes)
    let end = ContinuousClock.now + .seconds(deadline)
    while !processes.isEmpty {
      if isInterrupted() { throw RunError.interrupted }
      guard ContinuousClock.now < end else {
        throw RunError.atWork(
          "process \(processes.joined(separator: ", ")) of this run is still at work after \(deadline) s; end it, or wait, and try again"
        )
      }
      try await Task.sleep(for: .milliseconds(200))
      processes = try self.processes(of: run, except: own)
    }
  }
}
