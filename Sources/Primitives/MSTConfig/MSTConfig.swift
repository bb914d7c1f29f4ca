import Host
import OrderedCollections
import Values

/// mstconfig(1) of mstflint, for one card.
struct MSTConfig {
  let device: PCIAddress
  let host: any Host

  /// A setting that is a number, as those that an install is about are; what mstconfig shows as `True(1)` is 1.
  struct Setting: Equatable {
    var factory: Int
    var current: Int
    var next: Int
  }

  /// All settings of the card that are numbers, by name.
  func settings() async throws -> OrderedDictionary<String, Setting> {
    let arguments = ["mstconfig", "-e", "-d", device.text, "q"]
    let result = try await run(Command(arguments, timeout: 120, isReadOnly: true, outputLimit: 256 * 1024))
    var settings: OrderedDictionary<String, Setting> = [:]
    for line in String(decoding: result.output, as: UTF8.self).split(whereSeparator: \.isNewline) {
      // A star stands before a setting that the next boot changes.
      let words = line.drop { $0 == "*" }.split(whereSeparator: \.isWhitespace)
      guard words.count == 4, words[0].allSatisfy({ $0 == "_" || $0.isNumber || $0.isUppercase }),
        let factory = Self.number(words[1]), let current = Self.number(words[2]), let next = Self.number(words[3])
      else { continue }
      settings[String(words[0])] = Setting(factory: factory, current: current, next: next)
    }
    guard !settings.isEmpty else {
      throw PrimitiveError(
        "mstconfig shows no settings of \(device)", hint: "`\(arguments.joined(separator: " "))` shows what it says")
    }
    return settings
  }

  /// Sets what holds from the next boot on.
  func set(_ values: OrderedDictionary<String, Int>) async throws {
    let words = values.map { "\($0.key)=\($0.value)" }
    _ = try await run(Command(["mstconfig", "-y", "-d", device.text, "set"] + words, timeout: 120))
  }

  private func run(_ command: Command) async throws -> CommandResult {
    let result: CommandResult
    do {
      result = try await host.run(command)
    } catch {
      guard error.isAbsent else { throw error }
      throw PrimitiveError("\(error)", hint: "install the package mstflint")
    }
    guard result.succeeded else {
      throw PrimitiveError(
        "\(command.arguments.joined(separator: " ")) ended with status \(result.status): \(result.complaint)",
        hint: try lockdown)
    }
    return result
  }

  /// What to do where the kernel keeps firmware tools out.
  private var lockdown: String? {
    get throws {
      let state = try host.text("/sys/kernel/security/lockdown") ?? ""
      guard state.contains("[integrity]") || state.contains("[confidentiality]") else { return nil }
      return
        "kernel lockdown (\(state)) keeps firmware tools out: set it in the machine's own setup, or turn Secure Boot off"
    }
  }

  /// `8`, or what is in the parentheses of `True(1)`.
  private static func number(_ text: Substring) -> Int? {
    guard text.last == ")", let open = text.lastIndex(of: "(") else { return Int(text) }
    return Int(text[text.index(after: open)...].dropLast())
  }
}
