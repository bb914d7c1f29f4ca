import Host

/// Brings a former package set back: what came goes, what went or changed its version comes back where it is still on
/// offer, and the marks are as they were.
///
/// It works out anew what is left to do, so that one that was cut off is just begun again.
struct PackageUndo {
  let before: PackageSet
  /// The names of the packages that the effect has changed.
  private let ours: [String]
  private let programs: AptPrograms
  private var context: Context { programs.context }

  /// - Parameter after: The packages as the effect left them.
  init(to before: PackageSet, after: PackageSet, _ programs: AptPrograms) {
    self.before = before
    self.programs = programs
    ours = after.differences(from: before)
  }

  func run() async throws {
    try await programs.mendIfInterrupted()
    var now = try await PackageSet.observe(context)
    let kept = try await remove(from: now)
    now = try await PackageSet.observe(context)
    let missing = try await bringBack(from: now)
    try await mark(from: try await PackageSet.observe(context))
    now = try await PackageSet.observe(context)
    try check(now, kept, missing)
  }

  // MARK: What came

  /// Removes what came. Answers conffiles that stay, since they were changed after they had come.
  private func remove(from now: PackageSet) async throws -> [String] {
    let came = ours.filter { now[$0] != nil && before[$0]?.isPresent != true }
    guard !came.isEmpty else { return [] }
    var kept: [String] = []
    var (purged, removed): ([String], [String]) = ([], [])
    for name in came {
      let changed = try await Conffiles.changed(of: [name], context).filter { $0.value.kind != .absent }
      kept += changed.keys.sorted()
      // What was removed before, but for its conffiles, is so again.
      if before[name] == nil, changed.isEmpty { purged.append(name) } else { removed.append(name) }
    }
    removed = removed.filter { now[$0]?.isPresent == true }
    try await refuseToTakeAlong(came)
    for (verb, names) in [("purge", purged), ("remove", removed)] where !names.isEmpty {
      let result = try await programs.get(verb, ["--allow-change-held-packages"] + names)
      guard result.succeeded else {
        throw AptOutput(result).error("apt-get \(verb) \(names.joined(separator: " "))", parameter: nil)
      }
    }
    return kept
  }

  /// Another hand's package may need one that came: it is not taken along.
  private func refuseToTakeAlong(_ came: [String]) async throws {
    let result = try await AptPrograms.read(["apt-get", "-s", "purge", "--allow-change-held-packages"] + came, context)
    let gone = String(decoding: result.output, as: UTF8.self).split(separator: "\n").compactMap { line -> String? in
      let words = line.split(separator: " ")
      return ["Purg", "Remv"].contains(words.first) ? words.dropFirst().first.map(String.init) : nil
    }
    let others = Set(gone).subtracting(came).sorted()
    guard others.isEmpty else {
      throw PrimitiveError(
        "\(others.joined(separator: ", ")), which came by another hand, would go along with \(came.joined(separator: ", "))",
        hint: "remove it by hand if it is not needed, then roll back again")
    }
  }

  // MARK: What went, or is of another version

  /// Answers what cannot come back, since nothing offers it any more.
  private func bringBack(from now: PackageSet) async throws -> [String] {
    let former = ours.compactMap { name in
      before[name].flatMap { state -> PackageRequest? in
        let isBack = now[name]?.isInstalled == true && now[name]?.version == state.version
        return state.isInstalled && !isBack ? PackageRequest(name: name, version: state.version) : nil
      }
    }
    let offers = try await AptOffers.of(former.map(\.name), context)
    let (wanted, missing) = former.reduce(into: ([String](), [String]())) { parts, request in
      let isOffered = offers[request.name]?.version(for: request) != nil
      if isOffered { parts.0.append(request.description) } else { parts.1.append(request.description) }
    }
    if !wanted.isEmpty {
      let options = ["--no-install-recommends", "--allow-downgrades", "--allow-change-held-packages"]
      let result = try await programs.get("install", options + AptPrograms.keepingConffiles + wanted)
      guard result.succeeded else {
        throw AptOutput(result).error("apt-get install \(wanted.joined(separator: " "))", parameter: nil)
      }
    }
    return missing
  }

  // MARK: Marks

  private func mark(from now: PackageSet) async throws {
    func names(_ isWrong: (PackageState, PackageState) -> Bool) -> [String] {
      ours.filter { name in
        guard let now = now[name], now.isPresent, let before = before[name], before.isPresent else { return false }
        return isWrong(now, before)
      }
    }
    for (verb, names) in [
      ("auto", names { $1.isAuto && !$0.isAuto }), ("manual", names { !$1.isAuto && $0.isAuto }),
      ("hold", names { $1.isHeld && !$0.isHeld }), ("unhold", names { !$1.isHeld && $0.isHeld }),
    ] where !names.isEmpty {
      let result = try await programs.run(["apt-mark", verb] + names)
      guard result.succeeded else {
        throw AptOutput(result).error("apt-mark \(verb) \(names.joined(separator: " "))", parameter: nil)
      }
    }
  }

  // MARK: What is left

  private func check(_ now: PackageSet, _ kept: [String], _ missing: [String]) throws {
    var left: [String] = []
    if !missing.isEmpty { left.append("no package list offers \(missing.joined(separator: ", ")) any more") }
    if !kept.isEmpty {
      left.append("\(kept.joined(separator: ", ")) was changed since and stays; apt-get purge would remove it")
    }
    let changes = now.differences(from: before)
    // Whoever had installed or removed these by halves has gone on since, and no package goes back to there.
    let halves = changes.filter { before[$0].map { $0.isPresent && !$0.isInstalled } ?? false }
    if !halves.isEmpty { left.append("dpkg was in the middle of \(list(halves, now)): what became of it stays") }
    let others = changes.filter { !ours.contains($0) && !halves.contains($0) }
    if !others.isEmpty { left.append("another hand changed, and keeps, \(list(others, now))") }
    guard left.isEmpty else { throw PrimitiveError(left.joined(separator: "; ")) }
  }

  private func list(_ names: [String], _ now: PackageSet) -> String {
    let shown = names.prefix(10).map { name in
      "\(name) \(now[name]?.rawValue ?? "absent") (was \(before[name]?.rawValue ?? "absent"))"
    }
    return shown.joined(separator: ", ") + (names.count > 10 ? ", …" : "")
  }
}
