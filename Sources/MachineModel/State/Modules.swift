/// The kernel's modules: what can be loaded, what is built in, what is loaded. Names use `_`.
struct Modules: Equatable, Sendable {
  var available: [String: Module] = [:]
  var builtin: Set<String> = []
  var loaded: Set<String> = []
  /// Those that every boot loads, for devices and services of which the model knows nothing.
  var atBoot: Set<String> = []
  /// Parameters that differ from their defaults, of loaded and built-in modules.
  var parameters: [String: [String: String]] = [:]
  /// Loaded ones that something uses, beyond what the state shows.
  var busy: Set<String> = []

  func isPresent(_ name: String) -> Bool { loaded.contains(name) || builtin.contains(name) }
}

/// A module that can be loaded.
struct Module: Equatable, Sendable {
  /// What has to be loaded before it.
  var depends: [String] = []
  /// What it asks for once it is loaded, without needing it.
  var requests: [String] = []
  /// Why its initialization fails, if it does: what modprobe prints.
  var fails: String?
}
