import Host
import Values

struct AptPackage: Query {
  static let name = "apt.package"
  static let summary = "What dpkg has of a package, and what the package lists offer."
  static let answers = """
    a table of `name`, `state` (dpkg's word such as `installed`, or `absent`), `installed` (the version; nil unless its state is \
    `installed`), `candidate` (the version that apt would install; nil if there is none), `versions` (all on offer, newest first), `held`, `auto`
    """
  static let answerType = """
    { name: string, state: string, installed?: string, candidate?: string, versions: string[], held: boolean, auto: \
    boolean }
    """
  static let example = #"if apt.package("kubeadm").installed then … end"#

  @Argument("which package", bare: true) var name: PackageName

  func answer(_ context: Context) async throws -> Value {
    let state = try await PackageSet.observe([name.text], context)[name.text]
    let offers = try await AptOffers.of([name.text], context)[name.text]
    let auto = try await AptPrograms.read(["apt-mark", "showauto", name.text], context)
    var answer: ValueMap = [
      "name": .string(name.text), "state": .string(state?.status ?? "absent"),
      "versions": .array((offers?.versions ?? []).map(Value.string)), "held": .boolean(state?.isHeld == true),
      "auto": .boolean(!auto.output.isEmpty),
    ]
    if let state, state.isInstalled { answer["installed"] = .string(state.version) }
    if let candidate = offers?.candidate { answer["candidate"] = .string(candidate) }
    return .map(answer)
  }
}
