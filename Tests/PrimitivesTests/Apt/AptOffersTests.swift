import Testing

@testable import Primitives

struct AptOffersTests {
  /// As `apt-cache policy` was seen to print it.
  @Test func aPolicyIsRead() {
    let offers = AptOffers.parse(
      """
      kubeadm:
        Installed: 1.20.0-00
        Candidate: 1.25.3-1.1
        Version table:
           1.25.3-1.1 500
              500 file:/srv/repo  Packages
           1.24.0-00 500
              500 file:/srv/repo  Packages
              500 http://mirror.example/k8s  Packages
       *** 1.20.0-00 100
              100 /var/lib/dpkg/status
      dpkg:
        Installed: 1.21.23
        Candidate: 1.21.23
        Version table:
       *** 1.21.23 100
              100 /var/lib/dpkg/status
      """)
    #expect(offers["kubeadm"]?.versions == ["1.25.3-1.1", "1.24.0-00"])
    #expect(offers["kubeadm"]?.candidate == "1.25.3-1.1")
    #expect(offers["dpkg"]?.versions == [], "what is only installed is not on offer")
    #expect(offers["nowhere"] == nil)
  }

  @Test func aRequestTakesTheNewestThatItAccepts() {
    let offers = AptOffers(candidate: "1.25.3-1.1", versions: ["1.25.3-1.1", "1.24.1-00", "1.24.0-00"])
    #expect(offers.version(for: PackageRequest(name: "x")) == "1.25.3-1.1")
    #expect(offers.version(for: PackageRequest(name: "x", version: "1.24.*")) == "1.24.1-00")
    #expect(offers.version(for: PackageRequest(name: "x", version: "1.24.0-00")) == "1.24.0-00")
    #expect(offers.version(for: PackageRequest(name: "x", version: "1.24.0")) == nil)
  }
}
