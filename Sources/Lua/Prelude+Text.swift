extension Prelude {
  /// `show`: a value as a script would write it, for the dialects whose readers are people.
  static let text = #"""
    local gsub, find, byte, format = string.gsub, string.find, string.byte, bridge.format
    local escapes = { ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ['"'] = '\\"', ["\\"] = "\\\\" }
    local reserved = {}
    gsub("and break do else elseif end false for function goto if in local nil not or repeat return then true until while",
      "%a+", function(word) reserved[word] = true end)

    local function quoted(text)
      local unsafe = utf8.len(text) and '[%c"\\]' or '[%c"\\\128-\255]'
      return '"' .. gsub(text, unsafe, function(character)
        return escapes[character] or format("\\%03d", byte(character))
      end) .. '"'
    end

    local function is_name(key)
      return type(key) == "string" and find(key, "^[%a_][%w_]*$") and not reserved[key]
    end

    -- `open`: the tables that the value stands in. What fits a line stands on one.
    local function show(value, margin, open)
      if type(value) == "string" then return quoted(value) end
      if type(value) ~= "table" or metafield(value, "__tostring") then return tostring(value) end
      if open[value] then return "{ … }" end
      local self = value
      open[self] = true
      -- A namespace is empty itself, and has its functions behind it.
      local behind = rawnext(value) == nil and metafield(value, "__index")
      if type(behind) == "table" then value = behind end
      local inner, parts, position = margin .. "  ", {}, 0
      for key, element in ordered_pairs(value) do
        local text = show(element, inner, open)
        if key == position + 1 then
          position = key
        else
          text = (is_name(key) and key or "[" .. show(key, inner, open) .. "]") .. " = " .. text
        end
        parts[#parts + 1] = text
      end
      open[self] = nil
      if #parts == 0 then return "{}" end
      local line = "{ " .. concat(parts, ", ") .. " }"
      if #margin + #line <= 100 and not find(line, "\n", 1, true) then return line end
      return "{\n" .. inner .. concat(parts, ",\n" .. inner) .. ",\n" .. margin .. "}"
    end

    local function shown(value) return show(value, "", {}) end

    """#
}
