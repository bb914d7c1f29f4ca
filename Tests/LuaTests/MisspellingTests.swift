import Lua
import Testing

@Suite struct MisspellingTests {
  @Test(
    arguments: [
      ("sysfs.wirte { path = 'a' }", "no primitive 'sysfs.wirte'; did you mean 'sysfs.write'?"),
      ("sysf.write { path = 'a' }", "unknown global 'sysf'; did you mean 'sysfs'?"),
      ("local x = sysfs.bogus", "no primitive 'sysfs.bogus'"),
      ("ptint(1)", "unknown global 'ptint'; did you mean 'print'?"),
      ("if something then end", "unknown global 'something'"),
      ("string.formt('x')", "no function 'string.formt'; did you mean 'string.format'?"),
      ("local s = 'x' s:formt()", "no function 'string.formt'; did you mean 'string.format'?"),
      ("x = 1", "'x' would become a global; write 'local x'"),
      ("function x() end", "'x' would become a global; write 'local x'"),
      ("print = 1", "'print' belongs to the language and cannot be replaced"),
      ("sysfs.write = 1", "'sysfs' cannot be changed"),
      ("string.format = 1", "'string' cannot be changed"),
      (
        "local p = runbook { params = { hugepages = {} } } return p.hugepagse",
        "the runbook has no parameter 'hugepagse'; did you mean 'hugepages'?"
      ),
      ("step('a')", "step 'a': the body: expected a function, got nil"),
      ("step(1, function() end)", "step: the name: expected a string, got number"),
      ("step('a', 1, function() end)", "step 'a': the options: expected a table, got number"),
      ("step('a', { after = function() end }, function() end)", "step 'a': the option 'after' cannot be a function"),
      ("phase {}", "phase: expected a string, got table"),
      ("runbook()", "runbook: expected a table, got nil"),
      ("table.sort({ 2, 1 }, function() return x end)", "unknown global 'x'"),
    ])
  func aMistakeIsNamedWithItsLine(script: String, message: String) throws {
    let error = try #require(try Runbook().run("\n" + script).error)
    #expect(error.description == "test.lua:2: " + message)
  }
}
