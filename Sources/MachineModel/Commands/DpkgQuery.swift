import Crypto
import Host
import Values

/// dpkg-query(1): `dpkg-query -W -f=FORMAT [PACKAGE…]`
enum DpkgQuery {
  static func run(_ command: Command, _ machine: inout Machine) throws(Refusal) -> CommandResult {
    var format = "${binary:Package}\t${Version}\n"
    var names: [String] = []
    var isShow = false
    for argument in command.arguments.dropFirst() {
      switch argument {
      case "-W", "--show": isShow = true
      case _ where argument.hasPrefix("-f="): format = String(argument.dropFirst(3))
      case _ where argument.hasPrefix("--showformat="): format = String(argument.dropFirst("--showformat=".count))
      case _ where argument.hasPrefix("-"): throw .unmodelled
      default: names.append(argument)
      }
    }
    guard isShow else { throw .unmodelled }
    let known = names.isEmpty ? machine.packages.installed.keys.sorted() : names
    var output = ""
    var complaints = ""
    for name in known {
      if let package = machine.packages.installed[name] {
        output += show(name, package, format, machine)
      } else {
        complaints += "dpkg-query: no packages found matching \(name)\n"
      }
    }
    return CommandResult(
      status: complaints.isEmpty ? 0 : 1, output: Array(output.utf8), errorOutput: Array(complaints.utf8))
  }

  private static func show(_ name: String, _ package: InstalledPackage, _ format: String, _ machine: Machine) -> String
  {
    let want = package.isHeld ? "hold" : package.isPresent ? "install" : "deinstall"
    var text = format
    let fields = [
      ("${Package}", name), ("${binary:Package}", name), ("${Architecture}", "amd64"), ("${Version}", package.version),
      ("${db:Status-Want}", want), ("${db:Status-Eflag}", "ok"), ("${db:Status-Status}", package.status.rawValue),
      ("${Conffiles}", format.contains("${Conffiles}") ? conffiles(name, package, machine) : ""),
      ("\\n", "\n"), ("\\t", "\t"),
    ]
    for (field, value) in fields where format.contains(field) {
      text = text.split(separator: field, omittingEmptySubsequences: false).joined(separator: value)
    }
    return text
  }

  /// A line for each, with the digest of what the package brought.
  private static func conffiles(_ name: String, _ package: InstalledPackage, _ machine: Machine) -> String {
    machine.packageFiles(name, version: package.version).filter(\.value.isConffile).sorted { $0.key < $1.key }
      .map { "\n \($0) \(Hex.encode(Insecure.MD5.hash(data: Array($1.text.utf8))))" }.joined()
  }
}
