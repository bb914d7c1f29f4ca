-- What runbooks and modules find in their global environment: Lua 5.4 less what the sandbox takes away, the words of a runbook,
-- and the primitives, a table for each namespace.
std = {
  read_globals = {
    "_VERSION", "assert", "error", "getmetatable", "ipairs", "next", "pairs", "pcall", "print", "rawlen", "require",
    "select", "setmetatable", "tonumber", "tostring", "type", "xpcall", "math", "string", "table", "utf8",

    "checkpoint", "extends", "modules_in", "note", "null", "phase", "runbook", "step",

    "apt", "command", "download", "file", "git", "host", "hugepages", "iommu", "kernel", "kube", "kubeadm", "mount", "mstconfig", "net",
    "numa", "operator", "pci", "secret", "sriov", "swap", "sysctl", "sysfs", "systemd",
  },
}
max_line_length = 120
max_string_line_length = false -- a file to be written is as wide as it is

-- What editors read: it defines, and does nothing.
files["stdlib/meta/*.lua"] = { ignore = { "1", "212", "241" }, max_line_length = false, max_comment_line_length = false }

-- What tests find besides.
files["**/*_test.lua"] = { read_globals = { "describe", "expect", "it", "rehearse" } }

-- What a plain Lua runs to look at the modules from outside.
files["Tests/**/*.lua"] = { std = "lua54", globals = { "null" } }
