import Lua
import Testing
import Values

/// Known ways out of a Lua sandbox. Each script returns true if it got out; none may.
@Suite struct SandboxTests {
  struct Escape: Sendable, CustomTestStringConvertible {
    var script: String
    /// What stops it: a part of the error's text, or nil if the script ends without having got anywhere.
    var refusal: String?
    var testDescription: String { script }

    init(_ script: String, _ refusal: String? = nil) {
      self.script = script
      self.refusal = refusal
    }
  }

  static let libraries: [Escape] = [
    "os", "io", "debug", "package", "coroutine", "load", "loadstring", "loadfile", "dofile", "collectgarbage", "rawget",
    "rawset", "rawequal", "getfenv", "setfenv", "module", "newproxy", "_G", "warn", "unpack", "jit", "ffi", "bit32",
    "arg", "gcinfo",
  ].map { Escape("return \($0) ~= nil", "unknown global '\($0)'") }

  static let escapes: [Escape] =
    libraries + [
      // The libraries that are left, and what they lead to
      Escape("return string.dump(function() end) ~= nil", "no function 'string.dump'"),
      Escape("return ('x').dump ~= nil", "no function 'string.dump'"),
      Escape("return math.random() ~= nil", "no function 'math.random'"),
      Escape("return math.randomseed(1) ~= nil", "no function 'math.randomseed'"),
      Escape("return require 'os' ~= nil", "no module 'os'"),
      Escape("return require('package').loaded ~= nil", "no module 'package'"),
      Escape("return require '../../etc/passwd' ~= nil", "is no module name"),
      Escape("require.x = 1 return true", "attempt to index a function value"),
      Escape("return string.gsub('x', '.', debug.getinfo) ~= nil", "unknown global 'debug'"),
      Escape("return ('%p'):format({}) ~= nil", "%p is not available"),
      Escape("return ('%-20p'):format({}) ~= nil", "%p is not available"),
      Escape("return (tostring({}) .. tostring(print)):find('0x', 1, true) ~= nil"),
      Escape("return ('%s %s'):format({}, print):find('0x', 1, true) ~= nil"),
      Escape("local _, m = pcall(error, {}) return tostring(m):find('0x', 1, true) ~= nil"),
      // Metatables that all scripts share
      Escape("getmetatable('').__index = {} return true", "attempt to index a boolean value"),
      Escape("getmetatable('').__add = function() end return true", "attempt to index a boolean value"),
      Escape("setmetatable('', {}) return true", "table expected"),
      Escape("return getmetatable('').__index == string", "attempt to index a boolean value"),
      Escape("setmetatable(string, {}) return true", "cannot change a protected metatable"),
      Escape("setmetatable(sysfs, { __index = {} }) return true", "cannot change a protected metatable"),
      Escape("return getmetatable(string).__index ~= nil", "attempt to index a boolean value"),
      Escape("return getmetatable(sysfs) ~= false"),
      // Globals
      Escape("print = nil return true", "cannot be replaced"),
      Escape("_ENV.print = nil return true", "cannot be replaced"),
      Escape("_ENV = { string = { rep = true } } local t = {} return require ~= nil"),
      Escape("x = 1 return true", "would become a global"),
      Escape("_ENV[1] = 1 return true", "would become a global"),
      Escape("setmetatable(_ENV, {}) return true", "cannot change a protected metatable"),
      Escape("return next(_ENV) ~= nil"),
      Escape("for k in pairs(_ENV) do return true end"),
      Escape("return getmetatable(_ENV) ~= false"),
      Escape("local _ENV <const> = 1 function f() X = 1 end f() return true", "attempt to"),
      Escape("local function f() local _ENV <const> = 11; X = 'hi' end f() return true", "attempt to"),
      // Writing into what other modules use
      Escape("string.format = print return true", "'string' cannot be changed"),
      Escape("table.insert(string, print) return true", "'string' cannot be changed"),
      Escape("table.move({ print }, 1, 1, 1, sysfs) return true", "'sysfs' cannot be changed"),
      Escape("table.sort(sysfs) return next(sysfs) ~= nil"),
      Escape("table.remove(sysfs, 'write') return true", "number expected"),
      Escape("sysfs.write = print return true", "'sysfs' cannot be changed"),
      Escape("for k, v in pairs(sysfs) do return true end"),
      Escape("local m = require 'shared' m.secret = nil return require('shared').secret == 1"),
      // Finalizers and weak tables
      Escape("setmetatable({}, { __gc = function() while true do end end }) return true", "__gc is not available"),
      Escape("setmetatable({}, { __gc = true }) return true", "__gc is not available"),
      Escape("setmetatable({}, { __mode = 'k' }) return true", "__mode is not available"),
      Escape(
        "local ran = false local mt = {} setmetatable({}, mt) mt.__gc = function() ran = true end "
          + "for i = 1, 1e5 do local x = { {}, {} } end return ran"),
      // Bytecode
      Escape("return load('\\27Lua') ~= nil", "unknown global 'load'"),
      Escape("return require 'bytecode' ~= nil", "compiled Lua is not accepted"),
      // What a callback, a message handler or a method could reach
      Escape("local _, m = xpcall(error, function(...) return select('#', ...) end) return m ~= 1"),
      Escape("return pcall(print.upvalue)", "attempt to index a function value"),
      Escape("return select(2, pcall(step)) == nil or getmetatable(step) ~= nil"),
      Escape("return pcall(setmetatable, test.echo(), {})"),
      Escape("return null.x ~= nil", "attempt to index a userdata value"),
      Escape("return getmetatable(null) ~= nil"),
      Escape("test.echo('.require') return sysfs['.missing'] ~= nil", "no primitive 'sysfs..missing'"),
      // Numbers and sizes where a C library could slip
      Escape("return ('x'):rep(-1) ~= ''"),
      Escape("return ('x'):rep(1 << 62, 'y') ~= nil", "resulting string too large"),
      Escape("return ('x'):sub(math.mininteger, math.maxinteger) ~= 'x'"),
      Escape("return ('x'):byte(math.mininteger, math.maxinteger) ~= 120"),
      Escape("return string.pack('s1', ('x'):rep(300)) ~= nil", "string length does not fit"),
      Escape("return string.unpack('<i16', ('\\255'):rep(15)) ~= nil", "data string too short"),
      Escape("return string.unpack('z', 'x', math.maxinteger) ~= nil", "out of string"),
      Escape("return string.format('%99999d', 1) ~= nil", "invalid conversion"),
      Escape("return string.format('%d', 2^63) ~= nil", "number has no integer representation"),
      Escape("return utf8.char(-1) ~= nil", "value out of range"),
      Escape("return utf8.codepoint('\\xff') ~= nil", "invalid UTF-8 code"),
      Escape("return table.unpack({}, math.mininteger, math.maxinteger) ~= nil", "too many results"),
      Escape("return table.concat({}, 'x', math.maxinteger - 1, math.maxinteger) ~= nil", "invalid value"),
      Escape("return ('%f'):rep(1000):format() ~= nil", "no value"),
      Escape("return ('x'):find(('('):rep(100)) ~= nil", "too many captures"),
      Escape("return ('x'):gsub('x', '%9') ~= nil", "invalid capture index"),
      Escape("return ('x'):find('%f') ~= nil", "missing '['"),
      Escape("return ('x'):rep(1e6):match(('.-'):rep(1e6) .. 'y') ~= nil", "pattern too complex"),
      Escape(
        "local t = { 3, 2, 1, 5, 4 } table.sort(t, function() return true end) return #t ~= 5", "invalid order function"
      ),
    ]

  @Test func thereAreEnough() { #expect(Self.escapes.count >= 40) }

  @Test(arguments: escapes) func noKnownEscapeWorks(escape: Escape) throws {
    let result = try run(escape.script)
    if let refusal = escape.refusal {
      #expect(result.error?.message.contains(refusal) == true, "\(result.outcome)")
    } else {
      #expect(result.value == false || result.value == .null, "\(result.outcome)")
    }
    // Inside a pcall the script gets no further.
    let caught = try run("local ok, out = pcall(function() \(escape.script) end) return ok and out == true")
    #expect(caught.value == false)
  }

  private func run(_ script: String) throws -> Runbook.Result {
    var runbook = Runbook()
    runbook.modules = ["shared": "return { secret = 2 }", "bytecode": "\u{1b}Lua"]
    runbook.limits.instructions = 5_000_000
    return try runbook.run(script)
  }
}
