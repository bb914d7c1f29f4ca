/// The language of runbooks, written in Lua on top of the bridge's one yield.
///
/// It runs once, before any script, with Lua's own libraries as its globals. It gets the bridge's functions and the
/// primitives' names, and returns the globals that scripts see and the table of the steps' functions. Errors that a
/// script causes are raised with `raise`, which names the script's line and not one of these.
enum Prelude {
  static let name = "vsrrun"

  static let source = #"""
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

    local function runbook(description)
      expect("runbook", "table", description)
      local declared = rawget(description, "params")
      declared = type(declared) == "table" and declared or {}
      local params = ask_runbook(description)
      if type(params) ~= "table" then return params end
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

    local function step(name, options, body)
      if body == nil then options, body = {}, options end
      expect("step: the name", "string", name)
      expect("step '" .. name .. "': the options", "table", options)
      expect("step '" .. name .. "': the body", "function", body)
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
      local answer = begin_step { name = name, options = plain, functions = given }
      if answer.completed then
        local value = answer.value
        if value == null then return nil end
        return value
      end
      local ended = false
      local guard <close> = setmetatable({}, {
        __close = function(_, problem)
          if ended then return end
          if type(problem) ~= "string" then problem = "the error is a " .. type(problem) .. ", not a text" end
          step_failed { name = name, message = problem }
        end,
      })
      local value = body()
      value = end_step { name = name, value = value }
      ended = true
      return value
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

    -- The globals

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
      checkpoint = word(checkpoint), modules_in = word(modules_in), note = word(note), phase = word(phase), print = word(print), require = word(require),
      runbook = word(runbook), step = word(step), null = null, _VERSION = _VERSION,
    }

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
      __newindex = function(_, key)
        local word = tostring(key)
        if rawget(globals, key) ~= nil then raise("'" .. word .. "' belongs to the language and cannot be replaced") end
        raise("'" .. word .. "' would become a global; write 'local " .. word .. "'")
      end,
      __metatable = false,
    })
    return environment, step_functions
    """#
}
