--- Settings of a TOML file, changed in its text: comments and all else stay as they are.
local toml = {}

--- @param title string what stands between the brackets of a table's title: `plugins."io.containerd.grpc.v1.cri".cni`
--- @return string its names, one a line
local function names(title)
  local list, rest = {}, title
  while rest and rest:find "%S" do
    local _, quoted, after = rest:match "^%s*([\"'])(.-)%1%s*%.?(.*)$"
    if not quoted then
      quoted, after = rest:match "^%s*([^%s.\"']+)%s*%.?(.*)$"
    end
    list[#list + 1] = quoted
    rest = after
  end
  return table.concat(list, "\n")
end

--- @return string the title of a table with these names
local function title(path)
  local words = {}
  for number, name in ipairs(path) do
    words[number] = name:find "[^%w_-]" and '"' .. name .. '"' or name
  end
  return "[" .. table.concat(words, ".") .. "]"
end

local function lines_of(text)
  local lines = {}
  for line in (text:gsub("\n*$", "") .. "\n"):gmatch "(.-)\n" do
    lines[#lines + 1] = line
  end
  return lines
end

--- Finds a table.
--- @return integer? the line of its title; 0 of the settings above all tables
--- @return integer its last line
local function find(lines, path)
  local wanted, first = table.concat(path, "\n"), #path == 0 and 0 or nil
  for number, line in ipairs(lines) do
    local inside = line:match "^%s*%[([^%[%]]+)%]%s*$" or line:match "^%s*%[([^%[%]]+)%]%s*#"
    if inside or line:find "^%s*%[%[" then
      if first then
        return first, number - 1
      elseif inside and names(inside) == wanted then
        first = number
      end
    end
  end
  return first, #lines
end

--- Finds a setting.
--- @return integer? its line
--- @return string what stands before its value
--- @return string the value as it is written
--- @return string what comes after it
local function setting(lines, first, last, key)
  for number = first + 1, last do
    local name, before, rest = lines[number]:match "^%s*([%w_-]+)(%s*=%s*)(.*)$"
    if name == key then
      local value = rest:match "^%b\"\"" or rest:match "^%b''" or rest:match "^%b[]" or rest:match "^[^%s#]*"
      return number, lines[number]:match "^%s*" .. name .. before, value, rest:sub(#value + 1)
    end
  end
end

--- @param text string the file
--- @param path string[] the names of the table; none: the settings above all tables
--- @param key string
--- @return string? the value as it is written, quotes included; a list only where it stands on one line
function toml.get(text, path, key)
  local lines = lines_of(text)
  local first, last = find(lines, path)
  if first then
    local _, _, value = setting(lines, first, last, key)
    return value
  end
end

--- @param text string the file
--- @param path string[] the names of the table, which is added where it is missing
--- @param key string
--- @param value string as it is written, quotes included
--- @return string the file with the setting; the same text where it has it
function toml.set(text, path, key, value)
  if toml.get(text, path, key) == value then
    return text
  end
  local lines = lines_of(text)
  local first, last = find(lines, path)
  if not first then
    table.move({ "", title(path), "  " .. key .. " = " .. value }, 1, 3, #lines + 1, lines)
    return table.concat(lines, "\n") .. "\n"
  end
  local number, before, _, after = setting(lines, first, last, key)
  if number then
    lines[number] = before .. value .. after
  else
    local indentation = (lines[first] or ""):match "^%s*"
    table.insert(lines, first + 1, indentation .. "  " .. key .. " = " .. value)
  end
  return table.concat(lines, "\n") .. "\n"
end

return toml
