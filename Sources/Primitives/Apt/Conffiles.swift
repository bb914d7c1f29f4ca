import Crypto
import Host
import Values

/// Configuration files that belong to packages and that dpkg keeps as the administrator has changed them (deb-conffiles(5)).
enum Conffiles {
  /// The conffiles of these packages that are not as the package brought them, each as it is.
  static func changed(of packages: [String], _ context: Context) async throws -> [String: FileFootprint] {
    guard !packages.isEmpty else { return [:] }
    let result = try await AptPrograms.read(["dpkg-query", "-W", "-f=${Conffiles}\n"] + packages, context)
    // 1: it does not know one of them.
    guard result.status <= 1 else { throw PrimitiveError("dpkg-query: \(result.complaint)") }
    var changed: [String: FileFootprint] = [:]
    for line in String(decoding: result.output, as: UTF8.self).split(separator: "\n") {
      // ` /etc/default/docker 5b34656d31c11c33a62a482366a0b01f`, perhaps with ` obsolete` or ` remove-on-upgrade` behind it.
      var words = line.split(separator: " ")
      if words.last == "obsolete" || words.last == "remove-on-upgrade" { words.removeLast() }
      guard let digest = words.popLast(), digest.utf8.count == 32, line.hasPrefix(" /") else { continue }
      let path = words.joined(separator: " ")
      let file = try FileFootprint.observe(path, context)
      if file.kind == .file, Hex.encode(Insecure.MD5.hash(data: try context.host.read(path))) == digest { continue }
      changed[path] = file
    }
    return changed
  }
}
