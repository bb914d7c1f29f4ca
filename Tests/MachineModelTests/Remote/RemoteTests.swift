import Host
import Testing

@testable import MachineModel

/// What the network offers, as a machine file says it and as curl, git and what they build find it.
struct RemoteTests {
  private static let commit = String(repeating: "a", count: 40)
  private static let sum = String(repeating: "0", count: 64)
  private static let yaml = """
    machine: m
    packages: {installed: {golang: "1.13", make: "4.2"}}
    remote:
      https://example.com/a: {content: "text\\n"}
      https://example.com/b: {sha256: \(sum)}
      https://example.com/c: {status: 404}
      https://example.com/d.git:
        revisions: {v1: \(commit)}
        files: {hack/build.sh: x, README: "y\\n"}
        builds: {./hack/build.sh: bin/d, make build: [build/e, build/f]}
      /srv/d.git: {revisions: {v1: \(commit)}}
    """

  private func host(_ faults: String...) throws -> ModelHost {
    ModelHost(try Machine(yaml: Self.yaml), faults: try faults.map { try Fault($0) })
  }

  private func git(_ host: ModelHost, _ words: String...) async throws -> CommandResult {
    try await host.run(Command(["git", "--git-dir=/src/d/.git", "--work-tree=/src/d"] + words))
  }

  private func cloned() async throws -> ModelHost {
    let host = try host()
    _ = try await host.run("git", "init", "--quiet", "/src/d")
    #expect(
      try await git(host, "fetch", "--quiet", "--depth=1", "https://example.com/d.git", "+refs/tags/v1:refs/tags/v1")
        .succeeded)
    return host
  }

  // MARK: The machine file

  @Test func itReadsBackTheSame() throws {
    var machine = try Machine(yaml: Self.yaml)
    machine.origin = Origin()
    let back = try Machine.load(machine.save(), file: "saved")
    #expect(back == machine && back.differences(from: machine) == [])
    #expect(machine.normalized().remote == machine.remote)
    machine.remote.artifacts["*"] = .unknown
    #expect(try Machine.load(machine.save(), file: "saved") == machine)
    #expect(machine.differences(from: back).map(\.path) == ["remote/*"])
  }

  @Test(arguments: [
    ("{a: {content: x, status: 404}}", "one of content, sha256, status, or a repository's"),
    ("{a: {contents: x}}", "did you mean 'content'?"),
    ("{a: {sha256: 12}}", "'sha256' has 64 hexadecimal digits"),
    ("{a: {status: 200}}", "'status' is a number, 400 to 599"),
    ("{a: {revisions: {v1: abc}}}", "a commit has 40 hexadecimal digits, got 'abc'"),
    ("{a: {files: {/etc/x: y}}}", "a relative path without '..', got '/etc/x'"),
    ("{a: {content: [x]}}", "content is text, got"),
    ("[a]", "'remote' is a mapping"),
  ])
  func whatIsWrongIsTold(remote: String, message: String) {
    let error = #expect(throws: (any Error).self) { try Machine(yaml: "machine: m\nremote: \(remote)\n") }
    #expect("\(error.map { "\($0)" } ?? "")".contains(message))
  }

  @Test func whatTheNetworkOffersOutlivesARebootAndIsUnknownToACapture() async throws {
    let machine = try Machine(yaml: Self.yaml)
    #expect(machine.rebooted().remote == machine.remote)
    #expect(try await Machine.capture(from: ModelHost(machine)).remote.artifacts == ["*": .unknown])
  }

  // MARK: curl

  @Test func programsThatAreNotInstalledAreNotThere() async throws {
    let host = ModelHost(
      try Machine(yaml: Self.yaml.replacing("machine: m", with: "machine: m\nos: {id: debian, version: \"12\"}")))
    for program in ["curl", "git"] {
      let error = await #expect(throws: HostError.self) { try await host.run(program, "https://example.com/a") }
      #expect(error?.isAbsent == true, "an ordinary Debian has no \(program)")
    }
  }

  @Test func curlInItsOwnWords() async throws {
    let host = try host()
    func curl(_ address: String) async throws -> CommandResult {
      try await host.run("curl", "--fail", "--silent", "--show-error", "--location", "--max-time", "9", address)
    }
    #expect(try await curl("https://example.com/a").output == Array("text\n".utf8))
    #expect(UnknownContent(try await curl("https://example.com/b").output)?.sha256 == Self.sum)
    #expect(try await curl("https://example.com/c").complaint == "curl: (22) The requested URL returned error: 404")
    let unlisted = try await curl("https://user@none.invalid:8443/x")
    #expect(unlisted.status == 6 && unlisted.complaint == "curl: (6) Could not resolve host: none.invalid")
    await #expect(throws: HostError.self) { try await host.run("curl", "--upload-file", "x", "https://example.com/a") }
  }

  // MARK: git

  @Test func aRevisionIsFetchedAndCheckedOut() async throws {
    let host = try await cloned()
    #expect(
      try await git(host, "show-ref", "--head", "--dereference", "refs/tags/v1").output
        == Array("\(Self.commit) refs/tags/v1\n".utf8), "there is no commit at HEAD yet")
    #expect(try host.list("/src/d") == [".git"], "a clone that is killed here is a folder without files")
    #expect(try await git(host, "checkout", "--quiet", "--detach", Self.commit).succeeded)
    #expect(try host.list("/src/d") == [".git", "README", "hack"])
    #expect(try await git(host, "show-ref", "--head", "HEAD").output == Array("\(Self.commit) HEAD\n".utf8))
    #expect(try await git(host, "status", "--porcelain").output == [])
    try host.put("/src/d/README", "changed\n")
    try host.remove("/src/d/hack/build.sh")
    #expect(try await git(host, "status", "--porcelain").output == Array(" M README\n D hack/build.sh\n".utf8))
  }

  @Test func gitInItsOwnWords() async throws {
    let host = try host()
    func text(_ words: String...) async throws -> String {
      let result = try await host.run(Command(["git", "--git-dir=/src/d/.git", "--work-tree=/src/d"] + words))
      return "\(result.status) \(result.complaint)"
    }
    #expect(try await text("show-ref", "HEAD") == "128 fatal: not a git repository: '/src/d/.git'")
    _ = try await host.run("git", "init", "--quiet", "/src/d")
    let tag = "+refs/tags/v1:refs/tags/v1"
    #expect(
      try await text("fetch", "https://none.invalid/d.git", tag)
        == "128 fatal: unable to access 'https://none.invalid/d.git/': Could not resolve host: none.invalid")
    #expect(
      try await text("fetch", "https://example.com/c", tag)
        == "128 fatal: repository 'https://example.com/c/' not found")
    #expect(
      try await text("fetch", "/srv/d.git", "+refs/tags/v2:refs/tags/v2")
        == "128 fatal: couldn't find remote ref refs/tags/v2")
    #expect(try await text("fetch", "/srv/d.git", tag) == "0 ")
    #expect(
      try await text("checkout", "--detach", Self.sum.prefix(40) + "")
        == "128 fatal: reference is not a tree: \(Self.sum.prefix(40))")
  }

  @Test func lookingIsNoOperation() async throws {
    let host = try await cloned()
    let operations = host.operations
    let look = Command(["git", "--git-dir=/src/d/.git", "--work-tree=/src/d", "status"], isReadOnly: true)
    host.faults = [try Fault("*=kill")]
    #expect(try await host.run(look).succeeded, "nothing is changed that a kill could cut off")
    #expect(host.operations == operations)
    host.faults = [try Fault("run:git * status=exit:3")]
    #expect(try await host.run(look).status == 3)
    host.faults = []
    _ = try await host.run(Command(["modprobe", "overlay"], isReadOnly: true))
    #expect(host.operations == operations + 1, "what changes something is an operation all the same")
  }

  @Test func aMachineBeneathIsAskedForWhatOnlyItKnows() async throws {
    let beneath = try await cloned()
    _ = try await git(beneath, "checkout", "--detach", Self.commit)
    let above = ModelHost(try await Machine.capture(from: beneath), base: beneath)
    let look = Command(
      ["git", "--git-dir=/src/d/.git", "--work-tree=/src/d", "show-ref", "--head", "HEAD"], isReadOnly: true)
    #expect(try await above.run(look).output == Array("\(Self.commit) HEAD\n".utf8))
    #expect(
      try await git(above, "fetch", "https://elsewhere.invalid/x.git", "+refs/tags/v9:refs/tags/v9").complaint == "",
      "the network of a captured machine has everything")
  }

  @Test func aGitThatIsKilledLeavesHalfOfItsWork() async throws {
    let host = try await cloned()
    host.faults = [try Fault("run:git * checkout*=kill-during")]
    await #expect(throws: HostError.self) { try await git(host, "checkout", "--quiet", "--detach", Self.commit) }
    let again = ModelHost(host.machine)
    #expect(try again.list("/src/d") == [".git", "README"])
    #expect(try await git(again, "show-ref", "--head", "HEAD").status == 1)
    let locked = try await git(again, "checkout", "--quiet", "--detach", Self.commit)
    #expect(locked.complaint == "fatal: Unable to create '/src/d/.git/index.lock': File exists.")
    again.faults = [try Fault("run:git * fetch*=kill-during")]
    await #expect(throws: HostError.self) { try await git(again, "fetch", "/srv/d.git", "+refs/tags/v1:refs/tags/w1") }
    #expect(try ModelHost(again.machine).list("/src/d/.git/objects/pack").contains("tmp_pack_8OdVyC"))
  }

  // MARK: Building

  @Test func whatIsKnownToBeBuiltIsBuilt() async throws {
    let host = try await cloned()
    _ = try await git(host, "checkout", "--detach", Self.commit)
    #expect(try await host.run(Command(["/src/d/hack/build.sh"], directory: "/src/d")).succeeded)
    #expect(try host.status("/src/d/bin/d")?.mode == 0o755)
    #expect(try await host.run(Command(["make", "build"], directory: "/src/d")).succeeded)
    #expect(try host.list("/src/d/build") == ["e", "f"])
    #expect(try await git(host, "status").output == [], "what was built is not tracked")
    let wrong = try await host.run(Command(["make", "install"], directory: "/src/d"))
    #expect(wrong.status == 2 && wrong.complaint == "make: *** No rule to make target 'install'.  Stop.")
    await #expect(throws: HostError.self) { try await host.run(Command(["make"], directory: "/etc")) }
    let bare = ModelHost(try Machine(yaml: Self.yaml.replacing("golang", with: "gawk")))
    bare.machine.files = host.machine.files
    #expect(try await bare.run(Command(["/src/d/hack/build.sh"], directory: "/src/d")).status == 127)
    #expect(try await bare.run(Command(["make", "build"], directory: "/src/d")).status == 2)
  }
}
