internal import Glibc
internal import Values

/// Something that is not as the run left it.
public struct Finding: Hashable, Sendable, CustomStringConvertible {
  public enum Severity: Sendable {
    /// Worth knowing, and no reason for distrust.
    case note
    /// The run cannot be trusted, resumed or taken back as it is.
    case damage
  }

  public var severity: Severity
  public var path: String
  public var message: String

  public var description: String { "\(path): \(message)" }
}

extension RunDirectory {
  /// Checks the run's files: the journal's chain, the Lua copies against the header, the former bytes of files against
  /// their hashes, and that every one that a record's `files` names is there.
  public func verify() -> [Finding] {
    let contents: JournalContents
    do { contents = try JournalReader.open(journalPath) } catch { return [finding(error)] }
    var findings: [Finding] = []
    if !contents.setAside.isEmpty {
      findings.append(
        Finding(
          severity: .note, path: journalPath,
          message:
            "\(contents.setAside.count) bytes after record \(contents.last.sequence) are a torn tail, or a record "
            + "that is being written"))
    }
    do {
      for name in try names(in: path).sorted() where name.hasPrefix("journal.torn-") {
        findings.append(
          Finding(
            severity: .note, path: "\(path)/\(name)", message: "a torn tail that was set aside when the run went on"))
      }
      for entry in contents.records.flatMap(luaEntries) {
        do { _ = try luaFile(entry) } catch { findings.append(finding(error)) }
      }
      findings += try fileFindings(contents.records)
    } catch { findings.append(finding(error)) }
    return findings
  }

  private func fileFindings(_ records: [Record]) throws(JournalError) -> [Finding] {
    var findings: [Finding] = []
    var wanted: [String: Int] = [:]
    for record in records {
      for hash in record["files"]?.array ?? [] { wanted[hash.string ?? hash.json, default: record.sequence] += 0 }
    }
    for name in try names(in: filesPath).sorted() {
      wanted[name] = nil
      guard let digest = Digest(hex: name) else {
        findings.append(Finding(severity: .note, path: "\(filesPath)/\(name)", message: "no file of this run"))
        continue
      }
      do { _ = try file(digest) } catch { findings.append(finding(error)) }
    }
    for (hash, record) in wanted.sorted(by: { ($0.value, $0.key) < ($1.value, $1.key) }) {
      findings.append(
        Finding(severity: .damage, path: "\(filesPath)/\(hash)", message: "missing; record \(record) refers to it"))
    }
    return findings
  }

  private func finding(_ error: JournalError) -> Finding {
    let message = error.reason.words + (error.hint.map { "; \($0)" } ?? "")
    return Finding(severity: .damage, path: error.path, message: message)
  }
}
