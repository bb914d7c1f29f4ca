extension Prelude {
  /// The words of `*_test.lua` files: `describe`, `it`, `rehearse` and `expect`.
  static let test = #"""
    local sub = string.sub
    local ask_it = primitive("test.it", "it", "arguments")
    local ask_rehearse = primitive("test.rehearse", "rehearse", "arguments")
    local end_rehearsal = primitive("test.end", "rehearse", "the step's result")
    local ask_snapshot = primitive("test.snapshot", "matches_snapshot", "arguments")
    local ask_difference = primitive("test.difference", "expect", "arguments")

    -- A file is loaded first, and tells of its tests; each is then started by itself.

    local path, tests, is_running = {}, 0, false
    -- How many calls of `expect` in this test were not followed by an expectation.
    local unasked = 0

    local function within(what, name, body)
      expect(what .. ": the name", "string", name)
      expect(what .. " '" .. name .. "': the body", "function", body)
      if is_running then raise(what .. " '" .. name .. "' stands inside it(…); it belongs outside") end
      path[#path + 1] = name
    end

    function words.describe(name, body)
      within("describe", name, body)
      body()
      path[#path] = nil
    end

    words["it"] = function(name, body)
      within("it", name, body)
      tests = tests + 1
      step_functions[tostring(tests)] = {
        test = function()
          is_running, unasked = true, 0
          body()
          if unasked > 0 then raise("an expect(…) asks for nothing; write expect(value).equals(…) or the like") end
        end,
      }
      ask_it { id = tostring(tests), name = concat(path, " > ") }
      path[#path] = nil
    end

    -- Rehearsals: plain tables with functions beside their fields, and with an identity by which the host knows them.

    local rehearsals = {}

    -- Whether a value is as wanted: a function decides, a table has at least the fields, a list the elements in their order.
    local function is_like(value, wanted)
      if wanted == null then return value == nil or value == null end
      if type(wanted) == "function" then return not not wanted(value) end
      if type(wanted) ~= "table" or type(value) ~= "table" then return value == wanted end
      if rawlen(wanted) > 0 and rawlen(wanted) ~= rawlen(value) then return false end
      for key, element in rawnext, wanted do
        if not is_like(rawget(value, key), element) then return false end
      end
      return true
    end

    local function first(list, wanted)
      for index = 1, #list do
        if is_like(list[index], wanted) then return list[index] end
      end
    end

    local effect_fields = {
      step = true, primitive = true, target = true, result = true, before = true, after = true, arguments = true,
      error = true, source = true,
    }

    -- A table that something in a list is to be like; `fields`: all that there may be in it, where that is known.
    local function expect_like(what, noun, wanted, fields)
      expect(what, "table", wanted)
      if not fields then return end
      for key in rawnext, wanted do
        if not fields[key] then
          unknown(what .. ": an " .. noun .. " has no '" .. tostring(key) .. "'", tostring(key), names_of(fields))
        end
      end
    end

    local rehearse

    local helpers = {
      -- The first effect like this; nil if there is none.
      effect = function(run, wanted)
        expect_like("effect", "effect", wanted, effect_fields)
        return first(run.effects, wanted)
      end,
      object = function(run, kind, name, namespace)
        expect("object: the kind", "string", kind)
        return first(run.objects, { kind = kind, metadata = { name = name, namespace = namespace } })
      end,
      -- The step as it ended last.
      step = function(run, name)
        expect("step: the name", "string", name)
        for index = #run.steps, 1, -1 do
          if run.steps[index].name == name then return run.steps[index] end
        end
      end,
      -- What a function finds on the machine as the run left it.
      look = function(run, body)
        expect("look", "function", body)
        local seen = rehearse { machine = run, step = body }
        if seen.result ~= "done" then raise(seen.error or seen.result) end
        return seen.value
      end,
    }
    -- Fields that are not always there.
    local optional = { error = true, value = true }

    local function rehearsal(run)
      rehearsals[run], run.id = run.id, nil
      local functions = {}
      for name, helper in rawnext, helpers do
        functions[name] = word(function(...) return helper(run, ...) end)
      end
      return setmetatable(run, {
        __index = function(_, key)
          if functions[key] or optional[key] then return functions[key] end
          local names = names_of(run)
          for name in rawnext, helpers do names[#names + 1] = name end
          unknown("a rehearsal has no '" .. tostring(key) .. "'", tostring(key), names)
        end,
        __metatable = false,
      })
    end

    function rehearse(description)
      expect("rehearse", "table", description)
      local plain, body = {}, nil
      for key, value in rawnext, description do plain[key] = value end
      if plain.step ~= nil then
        expect("rehearse: step", "function", plain.step)
        body, plain.step = plain.step, true
      end
      if rehearsals[plain.machine] then plain.machine, plain.after = nil, rehearsals[plain.machine] end
      local answer = ask_rehearse(plain)
      -- Again where a reboot cut it off, as a run goes on after one.
      while answer.step == true do
        local ok, value = pcall(body)
        if ok then
          answer = end_rehearsal { value = value }
        else
          answer = end_rehearsal { message = problem_text(value) }
        end
      end
      return rehearsal(answer)
    end
    words.rehearse = rehearse

    -- Expectations. A check answers whether the value is as it should be, and in words what was wanted and what was found;
    -- or the whole text that tells of a failure.

    local function is_same(a, b, open)
      if a == b then return true end
      if type(a) ~= "table" or type(b) ~= "table" then return false end
      if open[a] == b then return true end
      open[a] = b
      for key, element in rawnext, a do
        if not is_same(element, rawget(b, key), open) then return false end
      end
      for key in rawnext, b do
        if rawget(a, key) == nil then return false end
      end
      open[a] = nil
      return true
    end

    local checks = {}

    -- Whether a value is to be shown over several lines.
    local function is_long(value, text)
      return find(type(value) == "string" and value or text, "\n", 1, true)
    end

    function checks.equals(value, wanted)
      if is_same(value, wanted, {}) then return true, shown(wanted) end
      local got_text, wanted_text = shown(value), shown(wanted)
      if not is_long(value, got_text) and not is_long(wanted, wanted_text) then return false, wanted_text, got_text end
      if type(value) == "string" and type(wanted) == "string" then got_text, wanted_text = value, wanted end
      return false, nil, nil,
        "expected (-) and got (+) differ:\n" .. ask_difference { wanted = wanted_text, got = got_text }
    end

    function checks.matches(value, pattern)
      expect("matches: the pattern", "string", pattern)
      return type(value) == "string" and find(value, pattern) ~= nil, "a text that matches " .. quoted(pattern)
    end

    function checks.contains(value, part)
      local phrase = "something that contains " .. shown(part)
      if type(value) == "string" and type(part) == "string" then return find(value, part, 1, true) ~= nil, phrase end
      return type(value) == "table" and first(value, part) ~= nil, phrase
    end

    function checks.fails(body, text)
      expect("fails: expect(…)", "function", body)
      local ok, problem = pcall(body)
      local phrase = text and "an error with the text " .. quoted(text) or "an error"
      if ok then return false, phrase, "none" end
      problem = problem_text(problem)
      return text == nil or find(problem, text, 1, true) ~= nil, phrase, "the error: " .. problem
    end

    local function expect_rehearsal(name, value)
      if not rehearsals[value] then
        local kind = type(value) == "table" and "another table" or "a " .. type(value)
        raise(name .. ": expected what rehearse answers in expect(…), got " .. kind)
      end
    end

    local function cut(text, length)
      if (utf8.len(text) or 0) <= length then return text end
      return sub(text, 1, utf8.offset(text, length) - 1) .. "…"
    end

    -- Some lines of what there is.
    local function listed(list, line)
      local lines = {}
      for index = 1, #list do
        lines[#lines + 1] = "\n       " .. cut(gsub(line(list[index]), "\n.*", " …"), 150)
        if index == 20 and #list > 20 then
          lines[#lines + 1] = ("\n       … and %d more"):format(#list - 20)
          break
        end
      end
      return #lines == 0 and "none" or concat(lines)
    end

    local function of_kind(list, field, wanted)
      local found = {}
      for index = 1, #list do
        if list[index][field] == wanted[field] then found[#found + 1] = list[index] end
      end
      return #found > 0 and found or list
    end

    -- A check for something like this in a list; where it is not, those with the same `kind` are shown, by `line`.
    local function has(noun, list, kind, line, fields)
      local name = "has_" .. noun
      checks[name] = function(run, wanted)
        expect_rehearsal(name, run)
        expect_like(name, noun, wanted, fields)
        return first(run[list], wanted) ~= nil, "an " .. noun .. " like " .. shown(wanted),
          listed(of_kind(run[list], kind, wanted), line)
      end
    end

    has("effect", "effects", "primitive", function(effect)
      return ("%s: %s %s: %s"):format(effect.step, effect.primitive, effect.target, effect.result)
    end, effect_fields)

    has("object", "objects", "kind", function(object)
      return ("%s %s"):format(object.kind, object.metadata and object.metadata.name)
    end)

    has("event", "events", "type", function(event)
      return ("%s %s"):format(event.type, event.text or event.step or event.name or event.result or "")
    end)

    local results = {
      done = true, failed = true, interrupted = true, killed = true, rebooting = true, ["rolled-back"] = true,
      wrong = true,
    }

    function checks.ends(run, result, text)
      expect_rehearsal("ends", run)
      expect("ends", "string", result)
      if text ~= nil then expect("ends: the error's text", "string", text) end
      if not results[result] then unknown("ends: no run ends '" .. result .. "'", result, names_of(results)) end
      local problem = run.error
      return run.result == result and (text == nil or problem ~= nil and find(problem, text, 1, true) ~= nil),
        "a run that ended " .. result .. (text and ", with the error text " .. quoted(text) or ""),
        "one that ended " .. run.result .. (problem and ": " .. problem or "")
    end

    function checks.matches_snapshot(value, name)
      expect("matches_snapshot: the name", "string", name)
      local request = { name = name }
      if rehearsals[value] then
        request.rehearsal = rehearsals[value]
      else
        request.text = type(value) == "string" and value or shown(value)
      end
      local problem = ask_snapshot(request)
      return problem == nil, "the snapshot " .. quoted(name), nil, problem
    end

    local function expectations(value, never, note)
      local answers = {}
      for name, check in rawnext, checks do
        answers[name] = word(function(...)
          note()
          local holds, wanted, got, text = check(value, ...)
          if holds ~= never then return end
          if never or not text then
            got = got or cut(shown(value), 2000)
            text = "expected " .. (never and "anything but " or "") .. wanted .. "\n     got"
              .. (find(got, "^\n") and got or " " .. got)
          end
          raise(text)
        end)
      end
      if not never then answers.never = expectations(value, true, note) end
      return sealed("expect(…)", answers, "expectation")
    end

    function words.expect(value)
      local is_asked = false
      unasked = unasked + 1
      return expectations(value, false, function()
        if is_asked then return end
        is_asked, unasked = true, unasked - 1
      end)
    end

    """#
}
