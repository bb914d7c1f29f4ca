import Engine
import Glibc
import Host
import Journal
import LiveHost
import Values
import YAML

/// A site team's directory: `site.yaml` (parameter values), `lib/` (modules that come before the shipped ones), `runbooks/`.
struct Site {
  var directory: String

  /// The site in `directory`; an error if there is none.
  init(_ directory: String) throws {
    var status = stat()
    guard stat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw RunError.wrong("there is no site directory \(directory) (--site)")
    }
    self.directory = directory
  }

  /// The site that a file is in: the nearest folder above it that has a `site.yaml`.
  static func directory(around file: String) -> String? {
    guard let real = realpath(FileName.folder(of: file), nil) else { return nil }
    defer { free(real) }
    var folder = String(cString: real)
    while access("\(folder)/site.yaml", R_OK) != 0 {
      guard folder != "/" else { return nil }
      folder = FileName.folder(of: folder)
    }
    return folder
  }

  /// The values of `site.yaml`, each with its place.
  func values() throws -> [(name: String, value: GivenValue)] {
    let path = "\(directory)/site.yaml"
    let bytes: [UInt8]
    do {
      bytes = try LiveHost().read(path)
    } catch {
      guard error.isAbsent else { throw error }
      return []
    }
    let node = try YAML.readOne(bytes, file: path)
    if node.value.isNull { return [] }
    guard let entries = node.entries else { throw YAMLError(node, "expected a mapping of parameter values by name") }
    return entries.map {
      ($0.name, GivenValue($0.value.value, origin: "\($0.value.place)", nameOrigin: "\($0.key.place)"))
    }
  }
}
