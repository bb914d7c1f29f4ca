import Host

/// Reads in what apt-get and dpkg print why they failed.
struct AptOutput {
  private let result: CommandResult
  private let lines: [String]

  init(_ result: CommandResult) {
    self.result = result
    lines = Self.text(result).split(whereSeparator: \.isNewline).map(String.init)
  }

  /// Both outputs, one after the other.
  static func text(_ result: CommandResult) -> String {
    String(decoding: result.output + [UInt8(ascii: "\n")] + result.errorOutput, as: UTF8.self)
  }

  /// Something that could not be had from a repository.
  struct FetchProblem: Equatable {
    /// `http://mirror.example/kubernetes/InRelease`, or the repository's address where only that is told.
    var address: String
    var reason: String

    /// Whether it is the list that is too old for what is asked of it.
    var isGone: Bool { reason.hasPrefix("404 ") && address.hasSuffix(".deb") }
  }

  /// The first thing that could not be fetched; nil if nothing failed so.
  var fetchProblem: FetchProblem? {
    for line in lines {
      // `E: Failed to fetch URL  REASON`, or a warning that old lists are used instead.
      guard let start = line.firstRange(of: ": Failed to fetch ")?.upperBound, "EW".contains(line.prefix(1)) else {
        continue
      }
      let parts = line[start...].split(separator: " ", maxSplits: 1)
      guard let address = parts.first else { continue }
      let reason = parts.dropFirst().first.map { String($0.drop { $0 == " " }) } ?? "no reason is told"
      return FetchProblem(address: String(address), reason: reason)
    }
    // `Err:2 URL SUITE Release`, with the reason in the line after it.
    for (line, next) in zip(lines, lines.dropFirst()) where line.hasPrefix("Err:") {
      let words = line.split(separator: " ")
      if words.count > 1 {
        return FetchProblem(address: String(words[1]), reason: String(next.drop { $0 == " " }))
      }
    }
    return nil
  }

  /// What the failure was, in a sentence.
  ///
  /// - Parameters:
  ///   - action: What was tried, for the start of the sentence: `apt-get install kubeadm`.
  ///   - parameter: The runbook's parameter that names a mirror.
  func error(_ action: String, parameter: String?) -> PrimitiveError {
    if let problem = fetchProblem { return Self.error(problem, parameter: parameter) }
    if let error = packageError { return error }
    if contains("dpkg was interrupted") {
      return PrimitiveError("\(action): dpkg was interrupted", hint: "run `dpkg --configure -a`, then resume")
    }
    if contains("Held packages were changed") {
      let held = indented(after: "The following held packages will be changed:")
      return PrimitiveError(
        "\(action) would change what is held: \(held)", hint: "`apt-mark unhold` it first, or say change_held = true")
    }
    if contains("have unmet dependencies:") {
      return PrimitiveError("\(action): \(indented(after: "The following packages have unmet dependencies:"))")
    }
    let errors = lines.filter { $0.hasPrefix("E: ") }.map { String($0.dropFirst(3)) }
    return PrimitiveError(
      "\(action): \(errors.isEmpty ? result.complaint : errors.suffix(3).joined(separator: "; "))",
      hint: errors.isEmpty ? "it ended with status \(result.status)" : nil)
  }

  static func error(_ problem: FetchProblem, parameter: String?) -> PrimitiveError {
    let mirror =
      parameter.map { "a site without internet access gives its mirror by the parameter '\($0)'" }
      ?? "a site without internet access needs a mirror of it"
    if problem.reason.contains("NO_PUBKEY") {
      let key = problem.reason.split(separator: " ").last ?? ""
      return PrimitiveError(
        "\(problem.address) is signed by the key \(key), which is not in the keyring that its source names",
        hint: "apt.key puts it there, and `signed_by` of apt.repository names it")
    }
    if problem.reason.contains("GPG error") || problem.reason.contains("signature") {
      return PrimitiveError("\(problem.address) is not trusted: \(problem.reason)")
    }
    if problem.isGone {
      return PrimitiveError(
        "\(problem.address) is gone: the package lists are older than the repository",
        hint: "`apt-get update`, then resume")
    }
    if problem.reason.hasPrefix("404 ") {
      return PrimitiveError("there is no package repository at \(problem.address): \(problem.reason)", hint: mirror)
    }
    return PrimitiveError("cannot reach \(problem.address): \(problem.reason)", hint: mirror)
  }

  /// The package whose script or files stopped dpkg, with the last that was said before.
  private var packageError: PrimitiveError? {
    let start = "dpkg: error processing "
    guard let index = lines.firstIndex(where: { $0.hasPrefix(start) }) else { return nil }
    let line = lines[index]
    // `dpkg: error processing package vsr-broken (--configure):` or `… archive /var/…/x.deb (--unpack):`
    let words = line.dropFirst(start.count).split(separator: " ")
    let package = words.dropFirst().first.map(String.init) ?? "a package"
    let reason = lines.dropFirst(index + 1).first.map { String($0.drop { $0 == " " }) } ?? ""
    let last = lines[..<index].reversed().prefix { !Self.isProgress($0) }.prefix(5).reversed()
    let said = last.isEmpty ? "" : "; before that: \(last.joined(separator: "; "))"
    let verb = line.hasSuffix("(--configure):") ? "configure" : "install"
    return PrimitiveError(
      "dpkg cannot \(verb) \(package): \(reason)\(said)", hint: "once that is mended, resume goes on from there")
  }

  /// What dpkg and apt say while all goes well.
  private static func isProgress(_ line: String) -> Bool {
    let beginnings = [
      "Setting up ", "Unpacking ", "Preparing to unpack ", "Selecting previously ", "(Reading database",
      "Processing triggers",
      "Removing ", "Purging ", "Get:", "Fetched ", "Reading ", "Building ", "debconf: ", "After this operation",
      "Created symlink ", "E: Can not write log",
    ]
    return beginnings.contains { line.hasPrefix($0) }
  }

  private func contains(_ words: String) -> Bool { lines.contains { $0.contains(words) } }

  /// The indented lines after a heading, as one text.
  private func indented(after heading: String) -> String {
    lines.drop { $0 != heading }.dropFirst().prefix { $0.hasPrefix(" ") }
      .map { $0.split(separator: " ").joined(separator: " ") }.joined(separator: "; ")
  }
}
