-- vsrrun test --site Examples/sites/mellanox

describe("the install of this site", function()
  local run = rehearse { runbook = "site-install", machine = "../machine.yaml" }

  it("comes to its end by one reboot, which the firmware needs", function()
    expect(run).ends "done"
    expect(run).has_effect { primitive = "mstconfig.set", result = "changed" }
    local boots = 0
    for _, event in ipairs(run.events) do
      boots = boots + (event.result == "rebooting" and 1 or 0)
    end
    expect(boots).equals(1)
  end)

  it("has jumbo frames on the ports before there are VFs", function()
    expect(run.step("jumbo-frames").origin).equals "added"
    expect(run.look(function() return net.link("ens1f0np0").mtu end)).equals(9000)
    expect(run.look(function() return net.link("ens1f1np1").mtu end)).equals(9000)
    local order = {}
    for number, step in ipairs(run.steps) do
      order[step.name] = number
    end
    expect(order["jumbo-frames"] < order["virtual-functions"]).equals(true)
  end)

  it("offers the VFs by the site's own prefix", function()
    local limits = run.object("Deployment", "vsr").spec.template.spec.containers[1].resources.limits
    expect(limits["nvidia.com/mellanox_sriov_nic_vsr1"]).equals "1"
    expect(limits["nvidia.com/mellanox_sriov_nic_vsr2"]).equals "1"
  end)

  it("tells whom to call", function()
    expect(run.notes).contains "network operations: extension 4711"
  end)

  it("changes nothing a second time", function()
    local again = rehearse { runbook = "site-install", machine = run }
    expect(again).ends "done"
    expect(again.changed).equals(0)
  end)
end)
