import Engine
import Glibc
import LiveHost
import Lua
import MachineModel
import Values

/// The machines that tests begin with, each read once.
final class MachineShelf {
  /// The folder of the shipped ones.
  private let shipped: String
  private var machines: [String: Machine] = [:]

  init(shipped: String) { self.shipped = shipped }

  /// A machine by the path of its file from `folder`, by the name of a shipped one, or by its fields.
  func machine(_ value: Value, from folder: String, at place: SourcePlace) throws -> Machine {
    if let name = value.string { return try load(path(name, from: folder)) }
    guard var fields = value.map else {
      throw TestError("rehearse: machine: expected a name or a table, got \(value.shortText)")
    }
    if let like = fields["like"]?.string { fields["like"] = .string(try path(like, from: folder)) }
    // An empty table is an empty list or none of the mapping.
    let text = Value.map(fields.mapValues { $0 == [:] ? nil : $0 }).json
    return try kept(folder + text) {
      do {
        return try Machine.load(Array(text.utf8), file: "machine")
      } catch {
        throw TestError("rehearse: \(error)")
      }
    }
  }

  private func load(_ path: String) throws -> Machine { try kept(path) { try Input.machine(path) } }

  private func kept(_ key: String, _ read: () throws -> Machine) throws -> Machine {
    if let machine = machines[key] { return machine }
    let machine = try read()
    machines[key] = machine
    return machine
  }

  private func path(_ name: String, from folder: String) throws -> String {
    let own = name.hasPrefix("/") ? name : "\(folder)/\(name)"
    let isName = !name.contains("/")
    let places = [own, "\(own).yaml"] + (isName ? ["\(shipped)/\(name)", "\(shipped)/\(name).yaml"] : [])
    if let place = places.first(where: { access($0, R_OK) == 0 && !isFolder($0) }) { return place }
    let known = try [folder, shipped].flatMap { try LiveHost().listIfPresent($0) }.filter { $0.hasSuffix(".yaml") }
      .map { String($0.dropLast(5)) }
    throw TestError(
      "rehearse: there is no machine file '\(name)', neither from \(folder) on nor among the shipped ones"
        + Suggestion.phrase(for: name, in: known))
  }

  private func isFolder(_ path: String) -> Bool { (try? LiveHost().status(path))?.kind == .directory }
}
