import Testing
import Values

@testable import Engine

/// The unit of memory is the step.
@Suite struct StepMemoryTests {
  @Test func aCompletedStepAnswersWithItsRecordedValue() async throws {
    let bench = try Bench(
      Bench.header + """
        local v = step('ask', function() return { release = kernel.release(), n = 1, f = 1.5 } end)
        step('use', function() file.write { path = '/etc/out', content = v.release .. v.n .. v.f } error 'stop' end)
        """)
    #expect(await bench.run().error != nil)
    bench.scripts = Bench.scripts(
      Bench.header + """
        local v = step('ask', function() error 'not run again' end)
        step('use', function() note(v.release .. math.type(v.n) .. math.type(v.f)) end)
        """)
    let end = await bench.resume()
    #expect(end.error == nil)
    #expect(bench.notes.last?.hasSuffix("integerfloat") == true)
  }

  @Test func anUnfinishedStepRunsFromItsTopWithItsQueriesLive() async throws {
    let bench = try Bench(
      step:
        "note(sysctl.get 'net.ipv4.ip_forward'); sysctl.set { key = 'net.ipv4.ip_forward', value = '1' }; error 'stop'")
    await bench.run()
    await bench.resume()
    #expect(bench.notes == ["0", "1"])
  }

  @Test func nothingIsMatchedByPosition() async throws {
    let bench = try Bench(
      Bench.header + "step('a', function() net.up 'ens787f0' end) step('b', function() error 'stop' end)")
    await bench.run()
    bench.scripts = Bench.scripts(
      Bench.header + "step('b', function() end) step('new', function() end) step('a', function() error 'not again' end)"
    )
    #expect(await bench.resume().error == nil)
  }

  @Test(arguments: [
    ("net.up 'ens787f0'", "net.up stands outside of steps"),
    ("kernel.release()", "kernel.release stands outside of steps"),
  ]) func outsideOfStepsARunbookOnlyComputes(call: String, text: String) async throws {
    let bench = try Bench(Bench.header + call)
    let error = await bench.run().error
    #expect("\(try #require(error))".hasPrefix("test.lua:2: \(text)"))
    guard case RunError.wrong? = error else { throw Unexpected(error) }
    #expect(bench.machine == (try Example.reference()))
  }

  @Test(arguments: [
    ("step('a', function() end) step('a', function() end)", "the step 'a' stands twice"),
    ("step('a', function() step('b', function() end) end)", "the step 'b' stands inside the step 'a'"),
    ("step('a', function() checkpoint 'c' end)", "belongs between steps"),
    ("step('a', { bot = true }, function() end)", "did you mean 'boot'?"),
    ("runbook { name = 'again', version = '1' }", "stands twice"),
  ]) func aRunbookThatContradictsItselfIsRefused(body: String, text: String) async throws {
    let error = await (try Bench(Bench.header + body)).run().error
    guard case RunError.wrong(let message)? = error else { throw Unexpected(error) }
    #expect(message.contains(text))
  }

  @Test func aStepThatTheScriptCatchesIsRecordedAsFailedAndTheRunGoesOn() async throws {
    let bench = try Bench(
      Bench.header
        + "local ok = pcall(step, 'a', function() error 'no' end) step('b', function() note(tostring(ok)) end)")
    #expect(await bench.run().error == nil)
    #expect(bench.history.steps["a"]?.isCompleted == false)
    #expect(bench.notes == ["false"])
  }

  @Test func aCheckThatHoldsSkipsTheStep() async throws {
    let bench = try Bench(
      Bench.header
        + "step('a', { check = function() return kernel.release() ~= '' end }, function() error 'not run' end)")
    #expect(await bench.run().error == nil)
    #expect(bench.history.steps["a"]?.result == .skipped)
  }

  @Test func aCheckThatDoesNotHoldAfterwardsFailsTheStep() async throws {
    let bench = try Bench(Bench.header + "step('a', { check = function() return false end }, function() end)")
    #expect("\(try #require(await bench.run().error))".contains("its check does not hold"))
  }

  @Test func aCheckOnlyLooks() async throws {
    let bench = try Bench(Bench.header + "step('a', { check = function() net.up 'ens787f0' end }, function() end)")
    #expect("\(try #require(await bench.run().error))".contains("a check only looks"))
  }
}

struct Unexpected: Error {
  var error: (any Error)?
  init(_ error: (any Error)?) { self.error = error }
}
