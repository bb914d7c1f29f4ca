import Engine
import Lua
import Primitives
import Values
import Views

/// What a site's directory begins with.
struct SiteSkeleton {
  var runbook: Runbook
  /// Where the shipped modules are, for editors.
  var stdlib: String

  /// The site's own runbook.
  static let example = "site-install"

  var files: [(name: String, content: String)] {
    [
      ("site.yaml", values), ("lib/README", Self.library), ("runbooks/\(Self.example).lua", extensions),
      ("runbooks/\(Self.example)_test.lua", Self.test),
      (".luarc.json", editor), (".luacheckrc", check),
    ]
  }

  // MARK: site.yaml

  private var values: String {
    var text = """
      # Values of this site for \(runbook.name) \(runbook.version). A line that begins with # shows the default: take the # away,
      # and write another value. `vsrrun check .` checks them, and `vsrrun plan \(Self.example) --site .`
      # shows what they lead to on this machine.

      """
    for parameter in runbook.parameters { text += "\n" + entry(parameter) }
    return text
  }

  private func entry(_ parameter: Parameter) -> String {
    let doc = parameter.doc.isEmpty ? "" : "# \(parameter.doc.wrapped(indent: 0).replacing("\n", with: "\n# "))\n"
    let form = "# \(ParameterForm.text(parameter))\n"
    guard let value = parameter.defaultValue else { return doc + form + "\(parameter.name):\n" }
    return doc + form + "#\(parameter.name): \(value.json)\n"
  }

  // MARK: lib/ and runbooks/

  private static let library = """
    Lua modules of this site. `vsr/docker.lua` here takes the place of the shipped module `vsr.docker`; `vsr/nics/NAME.lua` is a
    family of NICs: the head of the shipped `vsr/nics.lua` tells what such a module answers.

    """

  private var extensions: String {
    """
    -- \(runbook.name) as this site runs it: the shipped runbook, with steps of the site's own. What is not said here
    -- stays as shipped, and an upgrade brings it.
    --
    --   base.before("STEP", "NAME", { doc = "…" }, function(params) … end)   a step of its own before a shipped one
    --   base.after("STEP", "NAME", function(params) … end)                   the same behind it
    --   base.replace("STEP", function(params, shipped) … end)                in its place; shipped() does what it did
    --   base.drop "STEP"                                                     not at all
    --   base.params { NAME = { type = "string", default = "", doc = "…" } }  a parameter of its own, or another default
    --
    -- `vsrrun plan \(Self.example) --site DIR` shows which steps are the site's.

    local base = extends "\(runbook.name)"

    base.run()

    """
  }

  private static let test = """
    -- What this site's runbook is to do: `vsrrun test --site DIR` runs each file *_test.lua, `vsrrun test --help` tells how
    -- they are written. Each rehearsal has a machine of its own, in memory: `machine` is the name of a shipped one, or
    -- the path of a machine file from here. `vsrrun machine capture -o machine.yaml` writes that of a server.

    describe("\(example)", function()
      local run = rehearse { runbook = "\(example)", machine = "reference" }

      it("comes to its end", function()
        expect(run).ends "done"
      end)

      it("changes nothing a second time", function()
        local again = rehearse { runbook = "\(example)", machine = run }
        expect(again).ends "done"
        expect(again.changed).equals(0)
      end)

      it("can be taken back", function()
        local back = rehearse { runbook = "\(example)", machine = "reference", rollback = true }
        expect(back).ends "rolled-back"
        expect(back.left).equals {}
      end)
    end)

    """

  // MARK: Editors and checks

  private static func list(_ words: [String]) -> String { words.map { "\"\($0)\"" }.joined(separator: ", ") }

  /// The same in lines of an editor's width.
  private static func lines(_ words: [String]) -> String {
    list(words).wrapped(indent: 4).drop { $0 == " " } + ","
  }

  /// Lua's libraries that the sandbox does not have, or not as they are: `meta/` of the shipped modules says what there is.
  private static let missing = ["basic", "coroutine", "debug", "io", "os", "package"]
    .map { "\"\($0)\": \"disable\"" }.joined(separator: ", ")

  private var editor: String {
    """
    {
      "runtime.version": "Lua 5.4",
      "runtime.builtin": {\(Self.missing)},
      "workspace.library": [\(Value.string(stdlib).json)]
    }

    """
  }

  private var check: String {
    """
    -- What runbooks and modules find in their global environment.
    std = {
      read_globals = {
        \(Self.lines(Language.lua))

        \(Self.lines(Language.words))

        \(Self.lines(Registry.standard.namespaces))
      },
    }
    max_line_length = 120

    -- And what tests find besides.
    files["**/*_test.lua"] = { read_globals = { \(Self.list(Language.testWords)) } }

    """
  }
}
