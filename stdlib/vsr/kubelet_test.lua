local kubelet = require "vsr.kubelet"
local versions = require "vsr.versions"

local DROP_IN = "/etc/systemd/system/kubelet.service.d/10-kubeadm.conf"

local function configured(version, cpus)
  return rehearse { step = function() kubelet.configure(versions.of(version), cpus) end }
end

describe("kubelet", function()
  it("gets the documented flags as long as it knows them", function()
    local run = configured("1.24.0", "0-1")
    expect(run).has_effect { primitive = "systemd.edit", target = DROP_IN, result = "changed" }
    local text = run.look(function() return file.read(DROP_IN) end)
    expect(text).contains "--reserved-cpus=0-1 --cpu-manager-policy=static"
    expect(kubelet.is_documented(text)).equals(true)
    expect(kubelet.is_documented(text .. "# mine\n")).equals(false)
    expect(kubelet.is_documented "").equals(false)
  end)

  it("gets them by its configuration from 1.25 on", function()
    expect(configured("1.25.0", "0-1")).never.has_effect { primitive = "systemd.edit" }
    expect(kubelet.configuration("0-1", false)).contains 'reservedSystemCPUs: "0-1"\n'
    expect(kubelet.configuration("0-1", false)).never.contains "failCgroupV1"
    expect(kubelet.configuration("0-1", true)).contains "failCgroupV1: false\n"
  end)
end)
