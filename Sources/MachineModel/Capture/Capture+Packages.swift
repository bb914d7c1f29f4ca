import Host

extension Capture {
  /// What dpkg and apt tell of the packages; on a machine without them, those of an ordinary one.
  mutating func readPackages() async {
    captured.packages.installed = OrdinaryPackages.installed(captured.os)
    let format = "${Package}\t${Version}\t${db:Status-Want}\t${db:Status-Status}\n"
    guard let list = await output("dpkg-query", "-W", "-f=\(format)"), !list.isEmpty else { return }
    captured.packages.installed = [:]
    for line in list.lines {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 4, let status = InstalledPackage.Status(rawValue: fields[3]) else { continue }
      captured.packages.installed[fields[0]] = InstalledPackage(
        version: fields[1], status: status, isHeld: fields[2] == "hold")
    }
    for name in (await output("apt-mark", "showauto") ?? "").lines {
      captured.packages.installed[String(name)]?.isAuto = true
    }
    await readOffers()
  }

  /// What the machine's lists offer of the packages that an install is about.
  private mutating func readOffers() async {
    let names = OrdinaryPackages.known.sorted()
    guard let policy = await output("apt-cache", ["policy"] + names) else { return }
    var (name, version) = ("", "")
    for line in policy.split(separator: "\n") {
      if !line.hasPrefix(" ") {
        name = String(line.dropLast())
      } else if line.hasPrefix("        ") {
        let source = String(line).words.dropFirst().first
        let isKnown = captured.packages.onOffer[name]?.last == version
        if source != "/var/lib/dpkg/status", !isKnown { captured.packages.onOffer[name, default: []].append(version) }
      } else if line.hasPrefix("     ") || line.hasPrefix(" *** ") {
        version = String(line.dropFirst(5)).words.first ?? ""
      }
    }
  }

  private func output(_ program: String, _ arguments: String...) async -> String? {
    await output(program, arguments)
  }

  /// What a program prints that only reads; nil if it is not there, or fails.
  private func output(_ program: String, _ arguments: [String]) async -> String? {
    let command = Command(
      [program] + arguments, timeout: 60, isReadOnly: true, isQuiet: true, outputLimit: 16 * 1024 * 1024)
    do throws(HostError) {
      let result = try await host.run(command)
      return result.succeeded ? String(decoding: result.output, as: UTF8.self) : nil
    } catch {
      return nil
    }
  }
}
