import Testing
import Values

@testable import Primitives

/// Times as the API server and certificates write them.
struct InstantTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("2000-02-29T12:00:00Z", 951_825_600), ("2026-11-24T18:40:12Z", 1_795_545_612),
    ("2026-11-24T18:40:12.345678Z", 1_795_545_612), ("2100-03-01T00:00:00Z", 4_107_542_400),
  ])
  func secondsOfATime(_ text: String, _ seconds: Int) {
    #expect(Instant.seconds(text) == seconds)
    #expect(Instant.day(seconds) == text.prefix(10))
  }

  @Test(arguments: ["", "Z", "2026-11-24", "2026-13-01T00:00:00Z", "2026-11-24T18:40:12+01:00", "2026-11-24T18:xx:12Z"])
  func noTime(_ text: String) { #expect(Instant.seconds(text) == nil) }

  @Test func everyDayComesBack() {
    for day in stride(from: 0, to: 60_000, by: 17) {
      let text = Instant.day(day * 86_400 + 86_399)
      #expect(Instant.seconds("\(text)T00:00:00Z") == day * 86_400)
    }
    #expect(Instant.seconds(nil) == nil)
  }

  // MARK: Certificates

  /// A certificate's validity in DER, with something before it that looks almost like one.
  private func certificate(_ from: String, _ to: String) -> String {
    func time(_ text: String) -> [UInt8] {
      [text.utf8.count == 13 ? 23 : 24, UInt8(text.utf8.count)] + Array(text.utf8)
    }
    let der: [UInt8] = [0x30, 0x82, 23, 13, 1, 2, 3] + time(from) + time(to) + [0x30, 0]
    return "-----BEGIN CERTIFICATE-----\n\(Base64.encode(der))\n-----END CERTIFICATE-----\n"
  }

  private func expiry(_ user: String, _ files: String = "") throws -> Int? {
    let config = "users: [{name: a, user: {\(user)}}]"
    let bench = try EffectBench(yaml: "files:\n  /k.conf: '\(config)'\n\(files)")
    return ClientCertificate.expiry("/k.conf", bench.host)
  }

  @Test func expiryOfTheCertificateInAKubeconfig() throws {
    for (from, to, day) in [
      ("200101000000Z", "210101000000Z", "2021-01-01"), ("20490101000000Z", "20510203040506Z", "2051-02-03"),
      ("910101000000Z", "990102000000Z", "1999-01-02"),
    ] {
      let pem = certificate(from, to)
      let seconds = try expiry("client-certificate-data: \(Base64.encode(Array(pem.utf8)))")
      #expect(seconds.map(Instant.day) == day)
    }
    let pem = certificate("200101000000Z", "210101000000Z").split(separator: "\n").joined(separator: "\\n")
    let file = try expiry("client-certificate: /c.pem", "  /c.pem: \"\(pem)\"")
    #expect(file.map(Instant.day) == "2021-01-01")
  }

  @Test(arguments: [
    "token: x", "client-certificate-data: \"%\"", "client-certificate-data: aGVsbG8=", "client-certificate: /none",
  ])
  func whatCannotBeReadIsNoExpiry(_ user: String) throws { #expect(try expiry(user) == nil) }

  @Test func aTruncatedCertificateIsRead() {
    let whole = certificate("200101000000Z", "210101000000Z")
    for length in 0..<whole.utf8.count {
      let bench = try? EffectBench(yaml: "files: {/k.conf: 'users: [{user: {client-certificate: /c.pem}}]'}")
      try? bench?.put("/c.pem", String(whole.prefix(length)))
      if let bench { _ = ClientCertificate.expiry("/k.conf", bench.host) }
    }
  }
}
