import Testing
import Values

@testable import Engine

/// `operator.ask`: who answers, and what is remembered.
@Suite struct QuestionTests {
  private static let ask = "operator.ask { question = 'Sure?', default = false }"

  private func bench(_ source: String, answers: [Value?] = [], isPlanning: Bool = false) throws -> Bench {
    let bench = try Bench(Bench.header + source)
    var answers = answers
    bench.configure = { engine in
      engine.isPlanning = isPlanning
      engine.ask = { _ in answers.isEmpty ? nil : answers.removeFirst() }
    }
    return bench
  }

  @Test(
    arguments: [
      (ask, true, "true", "Sure? yes"), (ask, nil, "false", "Sure? no (the default)"),
      ("operator.ask 'Sure?'", false, "false", "Sure? no"),
      ("operator.ask { question = 'Site?', text = true, default = 'lab' }", nil, "lab", "Site? lab (the default)"),
      ("operator.ask { question = 'Site?', text = true }", "x", "x", "Site? x"),
    ] as [(String, Value?, String, String)])
  func theOperatorOrTheDefaultAnswers(call: String, given: Value?, answer: String, note: String) async throws {
    let bench = try bench("step('s', function() note(tostring(\(call))) end)", answers: [given])
    #expect(await bench.run().error == nil)
    #expect(bench.notes == [note, answer])
  }

  @Test func withoutAnAnswerTheRunStopsAndGoesOnLater() async throws {
    let bench = try bench("step('s', function() return operator.ask 'Sure?' end)")
    let error = await bench.run().error
    guard case RunError.unanswered? = error else { throw Unexpected(error) }
    #expect(bench.history.status == .interrupted)
    #expect(bench.log.entries.last?["reason"]?.string?.contains("'Sure?'") == true)
    bench.configure = { $0.ask = { _ in true } }
    #expect(await bench.resume().error == nil)
    #expect(bench.history.steps["s"]?.value == true)
  }

  @Test func aCompletedStepRemembersAndAnUnfinishedOneAsksAgain() async throws {
    let bench = try bench(
      """
      local sure = step('a', function() return \(Self.ask) end)
      step('b', function()
        local again = \(Self.ask)
        note(tostring(sure) .. tostring(again))
        if not again then net.up 'eth9' end
      end)
      """, answers: [true, false, true])
    #expect(await bench.run().error != nil)
    #expect(await bench.resume().error == nil)
    #expect(bench.notes == ["Sure? yes", "Sure? no", "truefalse", "Sure? yes", "truetrue"])
  }

  @Test func aPlanEndsWhereOnlyTheOperatorKnows() async throws {
    let bench = try bench("step('s', function() return operator.ask 'Sure?' end)", isPlanning: true)
    let error = await bench.run().error
    guard case RunError.planEnds(let text)? = error else { throw Unexpected(error) }
    #expect(text.contains("'Sure?'"))
    let other = try self.bench("step('s', function() return \(Self.ask) end)", isPlanning: true)
    #expect(await other.run().error == nil)
  }

  @Test(arguments: [
    ("operator.ask { question = 'a', default = 'yes' }", "expected a boolean, got \"yes\""),
    ("operator.ask { question = 'a', text = true, default = true }", "expected a string, got true"),
    ("operator.ask ''", "expected a question"), ("operator.ask {}", "is missing"),
  ]) func aQuestionThatCannotBeAsked(call: String, text: String) async throws {
    let bench = try bench("step('s', function() \(call) end)")
    let error = await bench.run().error
    guard case RunError.wrong(let message)? = error else { throw Unexpected(error) }
    #expect(message.contains(text), "\(message)")
  }
}
