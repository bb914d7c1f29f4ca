import Host

/// All packages of a machine, by name; by `name:architecture` where that is not the machine's own.
struct PackageSet: Codable, Equatable {
  var packages: [String: PackageState] = [:]

  subscript(name: String) -> PackageState? { packages[name] }

  private static let format =
    "${Package}\t${Architecture}\t${Version}\t${db:Status-Want}\t${db:Status-Status}\n"

  /// The packages as they are now.
  static func observe(_ context: Context) async throws -> PackageSet {
    let result = try await AptPrograms.read(["dpkg-query", "-W", "-f=\(format)"], context)
    guard result.succeeded else { throw PrimitiveError("dpkg-query: \(result.complaint)") }
    var set = PackageSet(text: String(decoding: result.output, as: UTF8.self))
    let auto = try await AptPrograms.read(["apt-mark", "showauto"], context)
    guard auto.succeeded else { throw PrimitiveError("apt-mark showauto: \(auto.complaint)") }
    for name in String(decoding: auto.output, as: UTF8.self).split(separator: "\n") {
      set.packages[String(name)]?.isAuto = true
    }
    return set
  }

  /// Some packages as dpkg has them; of their marks, only holds. Those that dpkg does not know are left out.
  static func observe(_ names: [String], _ context: Context) async throws -> PackageSet {
    let result = try await AptPrograms.read(["dpkg-query", "-W", "-f=\(format)"] + names, context)
    // 1: it does not know one of them.
    guard result.status <= 1 else { throw PrimitiveError("dpkg-query: \(result.complaint)") }
    return PackageSet(text: String(decoding: result.output, as: UTF8.self))
  }

  private init(text: String) {
    let rows = text.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
      .filter { $0.count == 5 }
    // dpkg itself is always of the machine's architecture.
    let native = rows.first { $0[0] == "dpkg" }?[1]
    for row in rows {
      let isHeld = row[3] == "hold"
      if row[4] == "not-installed", !isHeld { continue }
      let isForeign = native.map { row[1] != $0 && row[1] != "all" && !row[1].isEmpty } ?? false
      let state = PackageState(version: row[2].isEmpty ? "-" : String(row[2]), status: String(row[4]), isHeld: isHeld)
      packages[isForeign ? "\(row[0]):\(row[1])" : String(row[0])] = state
    }
  }

  init(packages: [String: PackageState] = [:]) { self.packages = packages }

  /// The names of the packages that are different in `other`, sorted.
  func differences(from other: PackageSet) -> [String] {
    Set(packages.keys).union(other.packages.keys).filter { self[$0] != other[$0] }.sorted()
  }
}
