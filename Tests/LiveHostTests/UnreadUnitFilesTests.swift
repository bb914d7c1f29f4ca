import Host
import Testing

@testable import LiveHost

@Suite struct UnreadUnitFilesTests {
  let scratch = Scratch()
  let packaged = "/usr/lib/systemd/system/a.service"

  private func exist(_ fragmentPath: String, _ dropInPaths: [String] = []) throws -> Bool {
    let files = UnreadUnitFiles(folders: [scratch("etc"), scratch("run")])
    return try files.exist("a.service", fragmentPath: fragmentPath, dropInPaths: dropInPaths, on: scratch.host)
  }

  private func write(_ path: String) throws {
    var folder = scratch.path
    for part in path.split(separator: "/").dropLast() {
      folder += "/" + part
      if try !scratch.host.exists(folder) { try scratch.host.makeDirectory(folder, mode: 0o755) }
    }
    try scratch.host.replace(scratch(path), with: [], mode: 0o644, owner: .me)
  }

  @Test func areNoneWhereThereIsOnlyThePackagedFile() throws {
    #expect(try !exist(packaged))
    #expect(try !exist(""))
  }

  @Test func areANewDropIn() throws {
    try write("etc/a.service.d/x.conf")
    try write("etc/a.service.d/notes.txt")
    #expect(try exist(packaged))
    #expect(try !exist(packaged, [scratch("etc/a.service.d/x.conf")]))
    // Another of the same name, that the one read stands in for.
    try write("run/a.service.d/x.conf")
    #expect(try !exist(packaged, [scratch("etc/a.service.d/x.conf")]))
    try write("run/a.service.d/y.conf")
    #expect(try exist(packaged, [scratch("etc/a.service.d/x.conf")]))
  }

  @Test func areAFileInFrontOfThePackagedOne() throws {
    try write("run/a.service")
    #expect(try exist(packaged))
    #expect(try exist(""))
    #expect(try !exist(scratch("run/a.service")))
  }

  @Test func areNotALinkByWhichTheUnitHasAnotherName() throws {
    try scratch.host.makeDirectory(scratch("etc"), mode: 0o755)
    try scratch.host.makeLink(scratch("etc/a.service"), to: packaged)
    #expect(try !exist(packaged))
  }
}
