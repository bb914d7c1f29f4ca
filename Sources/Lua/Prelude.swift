/// The language of runbooks, written in Lua on top of the bridge's one yield.
///
/// It runs once, before any script, with Lua's own libraries as its globals. It gets the bridge's functions and the
/// primitives' names, and returns the globals that scripts see and the table of the steps' functions. Errors that a
/// script causes are raised with `raise`, which names the script's line and not one of these.
enum Prelude {
  static let name = "vsrrun"

  /// The language with the words of a dialect.
  static func source(_ dialect: Dialect) -> String {
    let more =
      switch dialect {
      case .runbook: ""
      case .test: "do\n\(text)\(test)end\n"
      case .repl: "do\n\(text)\(repl)end\n"
      }
    return core + more + globals
  }

  private static let core = #"""
    local bridge, names = ...

    local raise, primitive, word, null = bridge.raise, bridge.primitive, bridge.word, bridge.null
    local tostring, setmetatable, metafield = bridge.tostring, bridge.setmetatable, bridge.metafield
    local rawlen, rawget, rawnext = rawlen, rawget, next
    local type, select, pcall = type, select, pcall
    local concat, sort, integer = table.concat, table.sort, math.type
    local isyieldable, running = coroutine.isyieldable, coroutine.running

    -- Error texts

    local missing = primitive(".missing", "lookup", "arguments")

    -- Raises with what the misspelt word may have meant, which the host knows how to find.
    local function unknown(message, word, candidates)
      if not isyieldable() then raise(message) end
      sort(candidates)
      missing(message, word, candidates)
    end

    local function names_of(t, prefix)
      local list = {}
      for key in rawnext, t do
        if type(key) == "string" then list[#list + 1] = (prefix or "") .. key end
      end
      return list
    end

    -- The text of what a script has raised, which may be anything.
    local function problem_text(problem)
      return type(problem) == "string" and problem or "the error is a " .. type(problem) .. ", not a text"
    end

    local function expect(what, kind, value)
      if type(value) ~= kind then
        raise(what .. ": expected a " .. kind .. ", got " .. (value == null and "null" or type(value)))
      end
    end

    -- Order: a hash table's own order differs in each run. A table is gone through as 1 to n, then the other numbers
    -- upwards, then the strings in byte order, false, true, and last what has no order.

    local function keys_after_sequence(t, count)
      local numbers, strings, others, no, yes = {}, {}, {}, false, false
      for key in rawnext, t do
        local kind = type(key)
        if kind == "number" then
          if not (integer(key) == "integer" and key >= 1 and key <= count) then numbers[#numbers + 1] = key end
        elseif kind == "string" then
          strings[#strings + 1] = key
        elseif key == false then
          no = true
        elseif key == true then
          yes = true
        else
          others[#others + 1] = key
        end
      end
      sort(numbers)
      sort(strings)
      local keys = numbers
      for index = 1, #strings do keys[#keys + 1] = strings[index] end
      if no then keys[#keys + 1] = false end
      if yes then keys[#keys + 1] = true end
      for index = 1, #others do keys[#keys + 1] = others[index] end
      return keys
    end

    local function ordered_pairs(t)
      local custom = metafield(t, "__pairs")
      if custom then
        local step, state, first = custom(t)
        return step, state, first
      end
      expect("pairs", "table", t)
      local count = rawlen(t)
      local keys, index = nil, 0
      return function()
        while index < count do
          index = index + 1
          local value = rawget(t, index)
          if value ~= nil then return index, value end
        end
        keys = keys or keys_after_sequence(t, count)
        while true do
          index = index + 1
          local key = keys[index - count]
          if key == nil then return nil end
          local value = rawget(t, key)
          if value ~= nil then return key, value end
        end
      end, t, nil
    end

    local function ordered_next(t, after)
      expect("next", "table", t)
      if rawnext(t) == nil then return nil end
      local found = after == nil
      for key, value in ordered_pairs(t) do
        if found then return key, value end
        found = key == after
      end
      if not found then raise("next: the table has no such key") end
      return nil
    end

    -- Sealed tables: the libraries and the namespaces of primitives

    local function sealed(name, contents, noun)
      setmetatable(contents, {
        __index = function(_, key)
          local word = name .. "." .. tostring(key)
          unknown("no " .. noun .. " '" .. word .. "'", word, names_of(contents, name .. "."))
        end,
      })
      return setmetatable({}, {
        __index = contents,
        __newindex = function() raise("'" .. name .. "' cannot be changed") end,
        __metatable = false,
      })
    end

    -- Steps and the rest of the language

    local ask_runbook = primitive("runbook", "runbook", "arguments")
    local ask_phase = primitive("phase", "phase", "arguments")
    local ask_checkpoint = primitive("checkpoint", "checkpoint", "arguments")
    local ask_note = primitive("note", "note", "arguments")
    local begin_step = primitive("step.begin", "step", "arguments")
    local end_step = primitive("step.end", "step", "result")
    local step_failed = primitive("step.failed", "step", "arguments")
    local ask_module = primitive(".require", "require", "arguments")
    local ask_modules = primitive(".modules", "modules_in", "arguments")
    local ask_base = primitive(".base", "extends", "arguments")
    local ask_base_steps = primitive(".steps", "extends", "arguments")

    -- What a runbook that extends another does at which of its steps; nil in any other.
    local extension

    local function runbook(description)
      expect("runbook", "table", description)
      if extension then description = extension.describe(description) end
      local declared = rawget(description, "params")
      declared = type(declared) == "table" and declared or {}
      local params = ask_runbook(description)
      if type(params) ~= "table" then return params end
      if extension then extension.values = params end
      return setmetatable(params, {
        __index = function(_, key)
          if rawget(declared, key) ~= nil then return nil end
          local word = tostring(key)
          unknown("the runbook has no parameter '" .. word .. "'", word, names_of(declared))
        end,
        __plain = true,
        __metatable = false,
      })
    end

    local function phase(name)
      expect("phase", "string", name)
      ask_phase(name)
    end

    local function checkpoint(name)
      expect("checkpoint", "string", name)
      ask_checkpoint(name)
    end

    local function note(text)
      ask_note(tostring(text))
    end

    local function print(...)
      local texts = {}
      for index = 1, select("#", ...) do texts[index] = tostring((select(index, ...))) end
      ask_note(concat(texts, "\t"))
    end

    local step_functions = {}

    -- A step's own arguments: its options may be left out.
    local function expect_step(name, options, body)
      if body == nil then options, body = {}, options end
      expect("step: the name", "string", name)
      expect("step '" .. name .. "': the options", "table", options)
      expect("step '" .. name .. "': the body", "function", body)
      return options, body
    end

    -- `origin`: what an extension did to have it there.
    local function perform(name, options, body, origin)
      local plain, functions, given = {}, {}, {}
      for key, value in ordered_pairs(options) do
        if type(value) ~= "function" then
          plain[key] = value
        elseif key == "check" or key == "rollback" then
          functions[key] = value
          given[#given + 1] = key
        else
          raise("step '" .. name .. "': the option '" .. tostring(key) .. "' cannot be a function")
        end
      end
      step_functions[name] = functions
      local answer = begin_step { name = name, options = plain, functions = given, origin = origin }
      if answer.completed then
        local value = answer.value
        if value == null then return nil end
        return value
      end
      local ended = false
      local guard <close> = setmetatable({}, {
        __close = function(_, problem)
          if ended then return end
          step_failed { name = name, message = problem_text(problem) }
        end,
      })
      local value = body()
      value = end_step { name = name, value = value }
      ended = true
      return value
    end

    local function perform_all(edits)
      for index = 1, #edits do
        local edit = edits[index]
        perform(edit.name, edit.options, function() return edit.body(extension.values) end, "added")
      end
    end

    local function step(name, options, body)
      options, body = expect_step(name, options, body)
      local edits = extension and extension.at[name]
      if not edits then return perform(name, options, body) end
      local value
      perform_all(edits.before)
      local replacement = edits.replacement
      if replacement then
        -- What looks at the other's work, or takes it back, goes with the other's work.
        local own = { doc = options.doc, boot = options.boot }
        for key, option in rawnext, replacement.options do own[key] = option end
        value = perform(name, own, function() return replacement.body(extension.values, body) end, "replaced")
      elseif edits.is_dropped then
        ask_note("the step '" .. name .. "' is dropped")
      else
        value = perform(name, options, body)
      end
      perform_all(edits.after)
      return value
    end

    -- Extends another runbook, which runs when it is told to: steps of its own before, after or in the place of steps there,
    -- and parameters. Its bodies get the parameters, and one in another's place that other's body besides.
    local function extends(name)
      expect("extends", "string", name)
      if extension then raise("extends stands twice: a runbook extends one other") end
      local chunk, steps = ask_base(name), ask_base_steps(name)
      local params, version, is_begun = {}, "site", false
      local base, names, added = {}, {}, {}
      extension = { at = {} }
      if type(steps) == "table" then
        for index = 1, #steps do names[steps[index]] = true end
      end

      local function edits_at(word, at)
        expect(word .. ": the step", "string", at)
        if is_begun then raise(word .. " '" .. at .. "': the runbook has run already") end
        if type(steps) == "table" and not names[at] then
          unknown(word .. ": the runbook " .. name .. " has no step '" .. at .. "'", at, names_of(names))
        end
        local edits = extension.at[at]
        if not edits then
          edits = { before = {}, after = {} }
          extension.at[at] = edits
        end
        return edits
      end

      local function adds(word)
        base[word] = function(at, own, options, body)
          local list = edits_at(word, at)[word]
          options, body = expect_step(own, options, body)
          if names[own] or added[own] then raise(word .. ": there is a step '" .. own .. "' already") end
          added[own] = true
          list[#list + 1] = { name = own, options = options, body = body }
        end
      end
      adds "before"
      adds "after"

      local function edits_instead(word, at)
        local edits = edits_at(word, at)
        if edits.replacement or edits.is_dropped then raise("the step '" .. at .. "' is replaced or dropped twice") end
        return edits
      end

      function base.replace(at, options, body)
        local edits = edits_instead("replace", at)
        options, body = expect_step(at, options, body)
        edits.replacement = { options = options, body = body }
      end

      function base.drop(at)
        edits_instead("drop", at).is_dropped = true
      end

      function base.params(declared)
        expect("params", "table", declared)
        for key, declaration in rawnext, declared do params[key] = declaration end
      end

      -- What it is called behind the other's version: 2.1.0+site.
      function base.version(text)
        expect("version", "string", text)
        version = text
      end

      function base.run()
        if is_begun then raise("the runbook has run already") end
        is_begun = true
        return chunk(name)
      end

      function extension.describe(description)
        local whole = {}
        for key, value in rawnext, description do whole[key] = value end
        whole.extends = name
        if type(whole.version) == "string" then whole.version = whole.version .. "+" .. version end
        local all = {}
        if type(whole.params) == "table" then
          for key, declaration in rawnext, whole.params do all[key] = declaration end
        end
        for key, declaration in rawnext, params do all[key] = declaration end
        whole.params = all
        return whole
      end

      for key, verb in rawnext, base do base[key] = word(verb) end
      return sealed("extends", base, "edit")
    end

    -- Modules: each runs once; those that are being loaded are known, so that a circle is an error and not an overflow.

    local loaded, loading = {}, {}

    local function require(name)
      expect("require", "string", name)
      local module = loaded[name]
      if module ~= nil then return module end
      local thread = running()
      local chain = loading[thread] or {}
      for index = 1, #chain do
        if chain[index] == name then
          raise("module '" .. name .. "' requires itself: " .. concat(chain, " > ", index) .. " > " .. name)
        end
      end
      local chunk = ask_module(name)
      loading[thread] = chain
      chain[#chain + 1] = name
      local guard <close> = setmetatable({}, {
        __close = function()
          chain[#chain] = nil
          if #chain == 0 then loading[thread] = nil end
        end,
      })
      module = chunk(name)
      if module == nil then module = true end
      loaded[name] = module
      return module
    end

    -- The names of the modules right below `folder`, the site's first.
    local function modules_in(folder)
      expect("modules_in", "string", folder)
      return ask_modules(folder)
    end

    -- pcall, and the handler after it: a handler inside the failing call would run where no hook runs.

    local function settle(handler, ok, ...)
      if ok then return true, ... end
      return false, handler(...)
    end

    local function xpcall(call, handler, ...)
      expect("xpcall: the handler", "function", handler)
      return settle(handler, pcall(call, ...))
    end

    -- What a dialect adds to it

    local words, makes_globals = {}, false

    """#

  private static let globals = #"""
    string.dump = nil
    string.format = bridge.format
    math.random, math.randomseed = nil, nil
    local texts = getmetatable("")
    texts.__metatable = false

    local globals = {
      assert = assert, error = error, getmetatable = getmetatable, ipairs = ipairs, pcall = pcall, rawlen = rawlen,
      select = select, setmetatable = setmetatable, tonumber = tonumber, tostring = tostring, type = type,
      next = ordered_next, pairs = ordered_pairs, xpcall = xpcall,
      string = sealed("string", string, "function"), table = sealed("table", table, "function"),
      math = sealed("math", math, "function"), utf8 = sealed("utf8", utf8, "function"),
      checkpoint = word(checkpoint), extends = word(extends), modules_in = word(modules_in), note = word(note),
      phase = word(phase), print = word(print), require = word(require), runbook = word(runbook), step = word(step),
      null = null, _VERSION = _VERSION,
    }
    for name, meaning in rawnext, words do globals[name] = word(meaning) end

    local spaces = {}
    for index = 1, #names do
      local space, verb = names[index]:match("^([%a_][%w_]*)%.([%a_][%w_]*)$")
      if not space or globals[space] then raise("'" .. names[index] .. "' cannot be the name of a primitive") end
      spaces[space] = spaces[space] or {}
      spaces[space][verb] = primitive(names[index], names[index], "arguments")
    end
    for space, verbs in rawnext, spaces do globals[space] = sealed(space, verbs, "primitive") end

    setmetatable(globals, {
      __index = function(_, key)
        local word = tostring(key)
        unknown("unknown global '" .. word .. "'", word, names_of(globals))
      end,
    })
    local environment = setmetatable({}, {
      __index = globals,
      __newindex = function(own, key, value)
        local word = tostring(key)
        if rawget(globals, key) ~= nil then raise("'" .. word .. "' belongs to the language and cannot be replaced") end
        if makes_globals then
          rawset(own, key, value)
          return
        end
        raise("'" .. word .. "' would become a global; write 'local " .. word .. "'")
      end,
      __metatable = false,
    })
    return environment, step_functions
    """#
}
