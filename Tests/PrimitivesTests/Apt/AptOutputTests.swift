import Host
import Testing

@testable import Primitives

/// What apt and dpkg were seen to print (apt 2.6.1, dpkg 1.21.22), and what is made of it.
struct AptOutputTests {
  private func error(_ output: String, _ errorOutput: String, parameter: String? = nil) -> String {
    let result = CommandResult(status: 100, output: Array(output.utf8), errorOutput: Array(errorOutput.utf8))
    return AptOutput(result).error("apt-get install x", parameter: parameter).description
  }

  @Test func aRepositoryThatIsNotThere() {
    let words = error(
      """
      Ign:1 http://127.0.0.1:8000/nosuch  InRelease
      Err:2 http://127.0.0.1:8000/nosuch  Release
        404  File not found [IP: 127.0.0.1 8000]
      """, "E: The repository 'http://127.0.0.1:8000/nosuch  Release' does not have a Release file.\n")
    #expect(
      words.hasPrefix(
        "there is no package repository at http://127.0.0.1:8000/nosuch: 404  File not found [IP: 127.0.0.1 8000]"))
  }

  @Test func aConnectionThatIsRefused() {
    let words = error(
      "Err:1 http://127.0.0.1:8001  InRelease\n  Could not connect\n",
      "E: Failed to fetch http://127.0.0.1:8001/InRelease  Could not connect to 127.0.0.1:8001 (127.0.0.1). - connect (111: Connection refused)\nE: Some index files failed to download. They have been ignored, or old ones used instead.\n",
      parameter: "mirror")
    #expect(
      words
        == "cannot reach http://127.0.0.1:8001/InRelease: Could not connect to 127.0.0.1:8001 (127.0.0.1). - connect (111: Connection refused); a site without internet access gives its mirror by the parameter 'mirror'"
    )
  }

  @Test func aPackageThatIsGone() {
    let words = error(
      "",
      "E: Failed to fetch http://127.0.0.1:8000/kubectl_1.24.0-00_all.deb  404  File not found [IP: 127.0.0.1 8000]\n")
    #expect(words.contains("is gone: the package lists are older than the repository"))
  }

  @Test func unmetDependencies() {
    let words = error(
      """
      Reading package lists...
      The following packages have unmet dependencies:
       kubeadm : Depends: kubelet (>= 1.19.0) but it is not going to be installed
                 Depends: kubernetes-cni (>= 0.8.7) but it is not going to be installed
      """, "E: Error, pkgProblemResolver::Resolve generated breaks, this may be caused by held packages.\n")
    #expect(
      words
        == "apt-get install x: kubeadm : Depends: kubelet (>= 1.19.0) but it is not going to be installed; Depends: kubernetes-cni (>= 0.8.7) but it is not going to be installed"
    )
  }

  @Test func aDiskThatIsFull() {
    let words = error("", "E: You don't have enough free space in /var/cache/apt/archives/.\n")
    #expect(words == "apt-get install x: You don't have enough free space in /var/cache/apt/archives/.")
  }

  @Test func aFileOfAnotherPackage() {
    let words = error(
      "Unpacking b (1.0) ...\n",
      """
      dpkg: error processing archive /var/cache/apt/archives/b_1.0_all.deb (--unpack):
       trying to overwrite '/usr/bin/a', which is also in package a 1.0
      Errors were encountered while processing:
       /var/cache/apt/archives/b_1.0_all.deb
      E: Sub-process /usr/bin/dpkg returned an error code (1)
      """)
    #expect(
      words.hasPrefix("dpkg cannot install /var/cache/apt/archives/b_1.0_all.deb: trying to overwrite '/usr/bin/a'"))
  }

  @Test func theLockOfDpkgAlone() throws {
    let host = try EffectBench(yaml: "").host
    let result = CommandResult(
      status: 2,
      errorOutput: Array(
        "dpkg: error: dpkg frontend lock was locked by another process with pid 15\nNote: removing the lock file is always wrong\n"
          .utf8))
    let lock = try #require(try AptLock(result, host))
    #expect(lock.process == "15" && !lock.wasWaitedFor)
    #expect(try AptLock(CommandResult(status: 100, errorOutput: Array("E: else\n".utf8)), host) == nil)
  }
}
