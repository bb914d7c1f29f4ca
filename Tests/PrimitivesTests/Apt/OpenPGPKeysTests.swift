import Testing
import Values

@testable import Primitives

struct OpenPGPKeysTests {
  @Test func theFingerprintIsThatOfGPG() throws {
    let keys = try OpenPGPKeys(Array(KubernetesKey.text.utf8))
    #expect(keys.fingerprints.map(\.text) == [KubernetesKey.fingerprint])
    #expect(try OpenPGPKeys(keys.binary).fingerprints == keys.fingerprints, "of the binary form too")
  }

  @Test func armorIsWrittenAsItWasRead() throws {
    let keys = try OpenPGPKeys(Array(KubernetesKey.text.utf8))
    #expect(String(decoding: keys.armored, as: UTF8.self) == KubernetesKey.text)
  }

  @Test func headersAndWindowsLineEndsAreRead() throws {
    let text = KubernetesKey.text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
      .replacing("BLOCK-----\r\n\r\nmQ", with: "BLOCK-----\r\nVersion: GnuPG v2.0.15 (GNU/Linux)\r\n\r\nmQ")
    #expect(try OpenPGPKeys(Array(text.utf8)).fingerprints.map(\.text) == [KubernetesKey.fingerprint])
  }

  @Test func packetsOfTheNewFormatAreRead() throws {
    let binary = try OpenPGPKeys(Array(KubernetesKey.text.utf8)).binary
    // The old header is 0x99 and two bytes of length, 269.
    let modern: [UInt8] = [0xc6, 192, 77] + binary[3..<272]
    #expect(try OpenPGPKeys(modern).fingerprints.map(\.text) == [KubernetesKey.fingerprint])
    let long: [UInt8] = [0xc6, 255, 0, 0, 1, 13] + binary[3..<272]
    #expect(try OpenPGPKeys(long).fingerprints.map(\.text) == [KubernetesKey.fingerprint])
  }

  @Test func allPrimaryKeysAreTold() throws {
    let binary = try OpenPGPKeys(Array(KubernetesKey.text.utf8)).binary
    #expect(try OpenPGPKeys(binary + binary).fingerprints.count == 2)
  }

  @Test func damageIsTold() throws {
    let text = KubernetesKey.text
    func words(_ bytes: [UInt8]) -> String {
      do {
        _ = try OpenPGPKeys(bytes)
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(words([]).contains("no OpenPGP key"))
    #expect(words(Array("hello".utf8)).contains("no OpenPGP key"))
    #expect(words(Array(text.dropLast(60).utf8)).contains("is missing"))
    #expect(words(Array(text.replacing("mQENBGMH", with: "mQENBGMI").utf8)).contains("checksum"))
    #expect(words(Array(text.replacing("mQENBGMH", with: "mQEN*GMH").utf8)).contains("not base64"))
    let binary = try OpenPGPKeys(Array(text.utf8)).binary
    for count in 1..<272 { #expect(!words(Array(binary.prefix(count))).isEmpty, "\(count) bytes") }
    #expect(words([0x99, 0, 1, 3]).contains("version 3"))
    #expect(words([0xb4, 1, 65]).contains("no public key"))
  }

  /// Whatever the bytes are, reading them ends with keys or an error.
  @Test func noInputIsFatal() throws {
    let binary = try OpenPGPKeys(Array(KubernetesKey.text.utf8)).binary
    for index in 0..<40 {
      for value in stride(from: UInt8(0), to: 255, by: 5) {
        var bytes = binary
        bytes[index] = value
        _ = try? OpenPGPKeys(bytes)
      }
    }
  }
}
