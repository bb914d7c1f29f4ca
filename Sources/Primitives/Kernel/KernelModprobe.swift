import Host
import Values

struct KernelModprobe: Effect {
  static let name = "kernel.modprobe"
  static let summary = "A kernel module is loaded, or built in."
  static let details =
    "A reboot loses it: list it in a file below /etc/modules-load.d too (documented steps D10, D11, D29, D30, D35)."
  static let undoing = """
    The module is unloaded, with those that came along, unless something uses it: such a module stays, and the rollback \
    lists it.
    """
  static let errors = "A module that modprobe does not find or the kernel refuses."
  static let example = #"kernel.modprobe "br_netfilter""#

  @Argument("which module", bare: true) var module: ModuleName

  var target: String { module.underscored }

  struct State: Codable, Equatable {
    var presence: ModulePresence
    /// All that is loaded, so that undo can tell what came along.
    var loaded: [String]
    static func == (a: State, b: State) -> Bool { a.presence == b.presence }
  }

  func observe(_ context: Context) throws -> State {
    State(
      presence: try ModulePresence.observe(module, context.host), loaded: try LoadedModules.names(context.host))
  }

  func holds(_ state: State) -> Bool { state.presence != .absent }

  func apply(_ context: Context, from state: State) async throws {
    let result = try await context.host.run(Command(["modprobe", module.text], timeout: 60))
    guard result.succeeded else {
      throw PrimitiveError(
        "modprobe \(module): \(result.complaint)",
        hint:
          "look at `dmesg`; a module that is not found may come with another kernel package (linux-modules-extra on Ubuntu)"
      )
    }
  }

  func shortfall(_ state: State) -> String? {
    """
    modprobe \(module) reported success, but there is no /sys/module/\(target): an `install` line below /etc/modprobe.d may keep it \
    out, or the name is an alias of another module
    """
  }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    let host = context.host
    // What came along because the module asked for it goes first, while undo is not done yet; what the module itself needs
    // goes with it. In use, it is somebody else's by now.
    let came = Set((after ?? now).loaded).subtracting(before.loaded)
    for name in now.loaded where came.contains(name) && name != target {
      if try LoadedModules.use(of: name, host) == nil { _ = try await unload(name, host) }
    }
    if let use = try LoadedModules.use(of: target, host) {
      throw PrimitiveError("the module \(module) is in use (\(use))", hint: "it stays loaded until the next reboot")
    }
    let result = try await unload(target, host)
    guard result.succeeded else { throw PrimitiveError("modprobe -r \(module): \(result.complaint)") }
    // `modprobe -r` also takes modules along that were loaded before and had no other user.
    let left = Set(try LoadedModules.names(host))
    for lost in before.loaded where !left.contains(lost) && now.loaded.contains(lost) {
      let result = try await host.run(Command(["modprobe", lost], timeout: 60))
      guard result.succeeded else {
        throw PrimitiveError("modprobe \(lost), which had been loaded: \(result.complaint)")
      }
    }
  }

  private func unload(_ name: String, _ host: any Host) async throws -> CommandResult {
    try await host.run(Command(["modprobe", "-r", name], timeout: 60))
  }
}
