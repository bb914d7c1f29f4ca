import Engine

/// The editor definitions of what scripts find besides the primitives: the words of runbooks, and Lua's own functions as the
/// sandbox has them. `string`, `table`, `math` and `utf8` are Lua's, and an editor knows them.
enum LanguageDefinitions {
  static let text = """
    -- The words of runbooks

    ---A secret: it goes to arguments of this type, and nowhere else.
    ---@class secret

    ---Stands for a value that is known to be none, in tables that keep it: `{ key = null }`.
    ---@class null
    null = {}

    ---A parameter of a runbook.
    ---@class runbook.parameter
    ---@field type \(kinds)
    ---@field default? any what holds where nothing is given; without it a value has to be given
    ---@field doc? string what it means, with its unit
    ---@field min? integer of integer and number
    ---@field max? integer of integer and number
    ---@field values? string[] the words allowed, of string

    ---What a runbook says of itself.
    ---@class runbook.header
    ---@field name string
    ---@field version string
    ---@field api? integer the engine API that it needs (default 1)
    ---@field summary? string
    ---@field params? table<string, runbook.parameter>
    ---@field ends? string[] runbooks whose runs this one retires once it is done

    ---Says what the runbook is. It comes first, and answers the values of its parameters; a secret is a thing to hand on.
    ---@param header runbook.header
    ---@return table<string, any>
    function runbook(header) end

    ---Begins a group of steps, for people.
    ---@param name string
    function phase(name) end

    ---A point between steps that a rollback can return to.
    ---@param name string
    function checkpoint(name) end

    ---Tells people something, and records it.
    ---@param text any
    function note(text) end

    ---@class step.options
    ---@field doc? string what of the documented install it does, such as "D1"
    ---@field boot? boolean whether a reboot loses its effects, so that they are done again at boot
    ---@field irreversible? string why it cannot be taken back
    ---@field check? fun(): any whether its work is done already; it only looks
    ---@field rollback? fun() takes back what its effects do not undo by themselves

    ---A named unit of the runbook. A completed step is not run again: it answers what its body answered then.
    ---@generic T
    ---@param name string unique and stable: the journal knows it by this name
    ---@param options step.options
    ---@param body fun(): T?
    ---@return T
    ---@overload fun(name: string, body: fun(): any): any
    function step(name, options, body) end

    ---The names of the modules right below a folder, the site's first: `modules_in "vsr.nics"`.
    ---@param folder string
    ---@return string[]
    function modules_in(folder) end

    ---What `extends` answers: edits of another runbook, by the names of its steps.
    ---@class extends.base
    local edits = {}

    ---A step of its own before a step of the other runbook.
    ---@param at string
    ---@param name string
    ---@param options step.options
    ---@param body fun(params: table<string, any>): any
    ---@overload fun(at: string, name: string, body: fun(params: table<string, any>): any)
    function edits.before(at, name, options, body) end

    ---A step of its own behind a step of the other runbook.
    ---@param at string
    ---@param name string
    ---@param options step.options
    ---@param body fun(params: table<string, any>): any
    ---@overload fun(at: string, name: string, body: fun(params: table<string, any>): any)
    function edits.after(at, name, options, body) end

    ---Another body in the place of a step's; `shipped()` does what the step did.
    ---@param at string
    ---@param options step.options
    ---@param body fun(params: table<string, any>, shipped: fun(): any): any
    ---@overload fun(at: string, body: fun(params: table<string, any>, shipped: fun(): any): any)
    function edits.replace(at, options, body) end

    ---Leaves a step out.
    ---@param at string
    function edits.drop(at) end

    ---Parameters of its own, or other defaults.
    ---@param declared table<string, runbook.parameter>
    function edits.params(declared) end

    ---What it is called behind the other's version: `2.1.0+site`, where this is "site".
    ---@param text string
    function edits.version(text) end

    ---Runs the other runbook, with the edits made so far.
    function edits.run() end

    ---Extends an installed runbook: what is not edited stays as shipped.
    ---@param name string
    ---@return extends.base
    function extends(name) end

    -- Lua's own, as the sandbox has them. There is no io, os, debug, coroutine or package, no load and no collectgarbage; string.dump,
    -- math.random and math.randomseed are not there. A global cannot be made: write `local`.

    ---@type string
    _VERSION = ""

    ---@generic T
    ---@param value? T
    ---@param message? any
    ---@return T
    ---@return any ...
    function assert(value, message, ...) end

    ---Ends the step, or the nearest pcall, with this error.
    ---@param message any
    ---@param level? integer
    ---@return never
    function error(message, level) end

    ---@param value any
    ---@return any
    function getmetatable(value) end

    ---@generic V
    ---@param list V[]
    ---@return fun(list: V[], index?: integer): integer, V
    ---@return V[]
    ---@return integer
    function ipairs(list) end

    ---The next key in the order in which `pairs` goes, and its value.
    ---@generic K, V
    ---@param t table<K, V>
    ---@param key? K
    ---@return K?
    ---@return V?
    function next(t, key) end

    ---Goes through a table in an order that is the same in each run: 1 to n, other numbers upwards, strings in byte order.
    ---@generic K, V
    ---@param t table<K, V>
    ---@return fun(t: table<K, V>, key?: K): K, V
    ---@return table<K, V>
    ---@return nil
    function pairs(t) end

    ---@param call function
    ---@param ... any
    ---@return boolean
    ---@return any ...
    function pcall(call, ...) end

    ---The same as `note`.
    ---@param ... any
    function print(...) end

    ---@param value table|string
    ---@return integer
    function rawlen(value) end

    ---A module of the site's `lib/`, or a shipped one: `require "vsr.nics"`. It runs once in a run.
    ---@param name string
    ---@return any
    function require(name) end

    ---@param index integer|"#"
    ---@param ... any
    ---@return any ...
    function select(index, ...) end

    ---Refuses `__gc`.
    ---@param t table
    ---@param metatable? table
    ---@return table
    function setmetatable(t, metatable) end

    ---@param value any
    ---@param base? integer
    ---@return number?
    function tonumber(value, base) end

    ---@param value any
    ---@return string
    function tostring(value) end

    ---@param value any
    ---@return "nil"|"number"|"string"|"boolean"|"table"|"function"|"userdata"
    function type(value) end

    ---The handler runs after the call has ended.
    ---@param call function
    ---@param handler fun(problem: any): any
    ---@param ... any
    ---@return boolean
    ---@return any ...
    function xpcall(call, handler, ...) end

    """

  private static let kinds = Parameter.Kind.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: "|")
}
