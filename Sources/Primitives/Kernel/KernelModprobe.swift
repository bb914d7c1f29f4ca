import Host
import Values

struct KernelModprobe: Effect {
  static let name = "kernel.modprobe"
  static let summary = "A kernel module is loaded, or built in."
  static let details = """
    Undo unloads it with the modules that came along, unless something uses it; such a module stays, and the rollback \
    lists it. A reboot loses it: list it in a file below /etc/modules-load.d too (documented steps D10, D11, D29, D30, D35).
    """
  static let example = #"kernel.modprobe "br_netfilter""#

  @Argument("which module", bare: true) var module: String

  var target: String { String(module.map { $0 == "-" ? "_" : $0 }) }

  func validate() throws(ArgumentError) {
    guard !module.isEmpty, module.utf8.allSatisfy({ $0 == 45 || $0 == 95 || ModuleName.isAlphanumeric($0) }) else {
      throw ArgumentError(
        Self.name, "module", "expected a module name of letters, digits, '-' and '_', got \"\(module)\"")
    }
  }

  struct State: Codable, Equatable {
    var presence: ModulePresence
    /// All that is loaded, so that undo can tell what came along.
    var loaded: [String]
    static func == (a: State, b: State) -> Bool { a.presence == b.presence }
  }

  func observe(_ context: Context) throws -> State {
    State(presence: try ModulePresence.observe(module, context.host), loaded: try Self.loaded(context.host))
  }

  private static func loaded(_ host: any Host) throws -> [String] {
    try (host.text("/proc/modules") ?? "").split(separator: "\n")
      .compactMap { $0.split(separator: " ").first.map(String.init) }.sorted()
  }

  func holds(_ state: State) -> Bool { state.presence != .absent }

  func apply(_ context: Context, from state: State) async throws {
    let result = try await context.host.run(Command(["modprobe", module], timeout: 60))
    guard result.succeeded else {
      throw PrimitiveError(
        "modprobe \(module): \(result.complaint)",
        hint:
          "look at `dmesg`; a module that is not found may come with another kernel package (linux-modules-extra on Ubuntu)"
      )
    }
  }

  func shortfall(_ state: State) -> String? {
    "modprobe \(module) reported success, but there is no /sys/module/\(target)"
  }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    let host = context.host
    let users = try (host.text("/sys/module/\(target)/refcnt")).flatMap { Int($0) } ?? 0
    guard users == 0 else {
      throw PrimitiveError(
        "the module \(module) is in use (\(users) users)", hint: "it stays loaded until the next reboot")
    }
    let result = try await host.run(Command(["modprobe", "-r", module], timeout: 60))
    guard result.succeeded else { throw PrimitiveError("modprobe -r \(module): \(result.complaint)") }
    // `modprobe -r` also takes modules along that were loaded before and had no other user.
    let left = Set(try Self.loaded(host))
    for lost in before.loaded where !left.contains(lost) {
      _ = try await host.run(Command(["modprobe", lost], timeout: 60))
    }
  }
}

private enum ModuleName {
  static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
  }
}
