local toml = require "vsr.toml"

local TEXT = [==[
# above all tables
version = 2 # the second
list = ["a", "b"]

[plugins]
  [plugins.'a.b'.c] # a table
    key = "value" # of it
    path = '/x'

[[plugins.others]]
  key = "another's"
]==]

describe("toml.get", function()
  it("answers a value as it is written", function()
    expect(toml.get(TEXT, {}, "version")).equals "2"
    expect(toml.get(TEXT, {}, "list")).equals '["a", "b"]'
    expect(toml.get(TEXT, { "plugins", "a.b", "c" }, "key")).equals '"value"'
    expect(toml.get(TEXT, { "plugins", "a.b", "c" }, "path")).equals "'/x'"
  end)

  it("answers nil for what is not there", function()
    expect(toml.get(TEXT, {}, "key")).equals(nil)
    expect(toml.get(TEXT, { "plugins", "a", "b", "c" }, "key")).equals(nil)
    expect(toml.get("", {}, "key")).equals(nil)
  end)
end)

describe("toml.set", function()
  it("puts a value in the place of another", function()
    expect(toml.set(TEXT, {}, "version", "3")).equals((TEXT:gsub("version = 2", "version = 3")))
    expect(toml.set(TEXT, { "plugins", "a.b", "c" }, "key", '"new"')).equals((TEXT:gsub('"value"', '"new"')))
  end)

  it("adds a setting to its table", function()
    expect(toml.set(TEXT, { "plugins", "a.b", "c" }, "more", "true")).equals(
      (TEXT:gsub("# a table\n", "# a table\n    more = true\n")))
  end)

  it("adds a table", function()
    expect(toml.set("version = 2", { "plugins", "d.e" }, "f", "true")).equals(
      'version = 2\n\n[plugins."d.e"]\n  f = true\n')
  end)

  it("changes nothing where the value is there", function()
    expect(toml.set("a = 1", {}, "a", "1")).equals "a = 1"
  end)
end)
