import Engine
import Lua
import MachineModel
import Primitives
import Testing
import Values

@testable import Views

/// The editor definitions, read back, say what the registry and the language say.
@Suite struct LuaDefinitionsTests {
  private static func definitions(_ file: String) throws -> Definitions {
    let files = LuaDefinitions.files(.standard)
    return try Definitions(try #require(files.first { $0.name == "\(file).lua" }).content)
  }

  @Test(arguments: Set(Registry.standard.all.map { $0.namespace }).sorted())
  func aNamespaceHasItsPrimitivesAndNothingElse(namespace: String) throws {
    let definitions = try Self.definitions(namespace)
    #expect(definitions.globals == [namespace])
    let members = Registry.standard.all.filter { $0.namespace == namespace }
    #expect(Set(definitions.functions.keys) == Set(members.map { $0.name }))
  }

  @Test(arguments: Registry.standard.names) func everyArgumentHasItsTypeAndMayBeLeftOutWhereItMay(name: String) throws {
    let primitive = try #require(Registry.standard[name])
    let definitions = try Self.definitions(primitive.namespace)
    let function = try #require(definitions.functions[name])
    let parameters = Signature(primitive).parameters
    #expect(function.returns == [try LuaType(primitive.answerType)])
    guard !parameters.isEmpty else {
      #expect(function.parameters.isEmpty && function.names.isEmpty && definitions.classes["\(name).arguments"] == nil)
      return
    }
    #expect(function.names == ["arguments"])
    #expect(
      definitions.classes["\(name).arguments"]
        == (try parameters.map {
          LuaType.Field(name: $0.name, isOptional: !$0.isRequired, type: try LuaType($0.luaType))
        }))

    let argument = try #require(function.parameters.first)
    #expect(argument.name == "arguments" && argument.isOptional == !parameters.contains { $0.isRequired })
    let table = LuaType.named("\(name).arguments", [])
    let bare = try parameters.first { parameter in
      parameter.isBare && !parameters.contains { $0.isRequired && $0.name != parameter.name }
    }.map { try LuaType($0.luaType) }
    switch bare {
    case nil: #expect(argument.type == table)
    case .either(let types)?: #expect(argument.type == .either([table] + types))
    case let type?: #expect(argument.type == .either([table, type]))
    }
  }

  @Test func theLanguageIsThere() throws {
    let definitions = try Self.definitions("language")
    let defined = definitions.globals.union(definitions.functions.keys.filter { !$0.contains(".") })
    let known = Set(Language.lua + Language.words).subtracting(["math", "string", "table", "utf8"])
    #expect(defined == known)
    #expect(
      try #require(definitions.classes["runbook.parameter"]).map(\.name).sorted() == [
        "default", "doc", "max", "min", "type", "values",
      ])
  }

  @Test func theWordsOfTestsAreThere() throws {
    let definitions = try Self.definitions("test")
    #expect(Set(definitions.functions.keys.filter { !$0.contains(".") }) == Set(Language.testWords))
    #expect(definitions.globals.isEmpty)
  }

  @Test func everyTypeHasAName() throws {
    let all = try LuaDefinitions.files(.standard).map { try Definitions($0.content) }
    let known = all.reduce(
      ["any", "boolean", "function", "integer", "never", "nil", "number", "string", "table", "true"] as Set<String>
    ) { $0.union($1.classes.keys) }
    for definitions in all {
      for type in definitions.types { #expect(type.names.subtracting(definitions.generics).isSubset(of: known)) }
    }
  }

  // MARK: What queries answer

  private static let questions: [(String, Value)] = [
    ("apt.package", "docker.io"), ("apt.package", "no-such-package"), ("file.list", "/etc"),
    ("file.read", "/etc/fstab"),
    ("file.read", "/no"), ("file.stat", "/etc/fstab"), ("file.stat", "/no"), ("host.boot_id", nil), ("host.facts", nil),
    ("hugepages.get", ["node": 0, "size": "1GiB"]), ("iommu.state", nil), ("kernel.cmdline", nil),
    ("kernel.module", "vfio_pci"), ("kernel.module", "no_such_module"), ("kernel.release", nil), ("mount.list", nil),
    ("net.link", "ens787f0"), ("net.link", "no0"), ("numa.nodes", nil), ("pci.device", "0000:81:00.0"),
    ("pci.device", "0000:ff:00.0"), ("pci.list", nil), ("sriov.vfs", "ens787f0"), ("swap.list", nil),
    ("sysctl.get", "net.ipv4.ip_forward"), ("sysfs.read", "/sys/bus/pci/devices/0000:81:00.0/vendor"),
    ("systemd.unit", ["unit": "ssh.service", "properties": ["LimitNOFILE"]]),
  ]

  @Test(arguments: ["reference", "vfs-already-there", "every-field"]) func anAnswerIsOfItsType(machine: String)
    async throws
  {
    let folder = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()
    let host = ModelHost(try MachineFile("\(folder)/Examples/machines/\(machine).yaml").load())
    let context = Context(host: host, contents: MemoryLog { 0 })
    for (name, arguments) in Self.questions {
      let query = try #require(Registry.standard[name] as? any Query.Type)
      let answer: Value
      do {
        answer = try await Self.ask(query, arguments, context)
      } catch let error as PrimitiveError {
        // Each machine has not everything that is asked for.
        #expect(machine != "reference", "\(name): \(error)")
        continue
      }
      #expect(try LuaType(query.answerType).accepts(answer), "\(name) answers \(answer.json), not \(query.answerType)")
    }
  }

  private static func ask<Q: Query>(_ type: Q.Type, _ arguments: Value, _ context: Context) async throws -> Value {
    try await Signature.decode(type, arguments.isNull ? [] : [arguments]).answer(context)
  }

  @Test func typesTellValuesApart() throws {
    let type = try LuaType("{ name: string, sizes?: integer[], kind: \"a\"|\"b\" }?")
    #expect(
      type.accepts(nil) && type.accepts(["name": "x", "kind": "a"])
        && type.accepts(["name": "x", "kind": "b", "sizes": [1]]))
    #expect(!type.accepts(["name": "x"]) && !type.accepts(["name": "x", "kind": "c"]))
    #expect(!type.accepts(["name": "x", "kind": "a", "more": 1]) && !type.accepts(["name": 1, "kind": "a"]))
    #expect(throws: DefinitionError.self) { try LuaType("string[") }
  }
}
