import Testing
import Values

@testable import Primitives

/// Reasons that the model's cluster does not give.
struct PodTroubleTests {
  private func reason(_ status: Value, _ events: [Value] = [], boot: Int? = nil) -> Waiting.Reason {
    let pod = Pod(object: ["metadata": ["name": "p"], "spec": ["nodeName": "n"], "status": status])
    return PodTrouble.reason(pod, events: events.map(ClusterEvent.init), boot: boot)
  }

  private func waiting(_ reason: String, _ message: String) -> Value {
    [
      "phase": "Pending",
      "containerStatuses": [
        [
          "name": "c", "image": "example.org/i:1",
          "state": ["waiting": ["reason": .string(reason), "message": .string(message)]],
        ]
      ],
    ]
  }

  private func warning(_ reason: String, _ message: String) -> Value {
    ["type": "Warning", "reason": .string(reason), "message": .string(message)]
  }

  @Test func aPullSecretThatIsNotThere() {
    let reason = reason(
      waiting("ErrImagePull", "denied"), [warning("FailedToRetrieveImagePullSecret", "Unable to retrieve regcred")])
    #expect(
      reason.text
        == "pod p: container c: ErrImagePull: denied; newest warning: FailedToRetrieveImagePullSecret: Unable to retrieve regcred"
    )
    #expect(reason.hint == "the pull secret that the pod names is missing: make it by kube.secret in its namespace")
  }

  @Test func containersThatEnd() {
    #expect(reason(waiting("CrashLoopBackOff", "back-off 10s")).hint?.contains("`kubectl logs --previous`") == true)
    let ended = reason([
      "phase": "Running",
      "containerStatuses": [["name": "c", "state": ["terminated": ["reason": "OOMKilled"]]]],
    ])
    #expect(ended.text == "pod p: container c: OOMKilled")
  }

  @Test func aNodeThatRefusesThePod() {
    let affinity = reason(["phase": "Failed", "reason": "TopologyAffinityError", "message": "Resources cannot"])
    #expect(affinity.text == "pod p: Failed: TopologyAffinityError: Resources cannot")
    #expect(affinity.hint?.contains("one NUMA node") == true)
    #expect(reason(["phase": "Failed"]).text == "pod p: Failed: Failed")
  }

  @Test func theNetworkPlugins() {
    let reason = reason(["phase": "Pending"], [warning("FailedCreatePodSandBox", "plugin multus failed")])
    #expect(reason.text.hasPrefix("pod p: Pending: waits for the kubelet of n; newest warning: "))
    #expect(reason.hint?.hasPrefix("the network plugins failed: see the NetworkAttachmentDefinitions") == true)
  }

  @Test func admissionBySecurityPolicies() {
    func absence(_ message: String) -> Waiting.Reason {
      PodTrouble.absence("app=x in default", [ClusterEvent(warning("FailedCreate", message))])
    }
    let capabilities = absence(
      #"pods "x-" is forbidden: PodSecurityPolicy: unable to admit pod: [capabilities.add: Invalid value: "NET_ADMIN": capability may not be added, capabilities.add: Invalid value: "SYS_TIME": capability may not be added, capabilities.add: Invalid value: "NET_ADMIN": capability may not be added]"#
    )
    #expect(capabilities.hint?.hasSuffix("add allowedCapabilities: [NET_ADMIN, SYS_TIME] to its spec") == true)
    #expect(absence("PodSecurityPolicy: no providers").hint?.hasPrefix("no PodSecurityPolicy that the pod's") == true)
    #expect(
      absence(#"violates PodSecurity "baseline:latest""#).hint
        == "label the namespace pod-security.kubernetes.io/enforce=privileged")
    #expect(absence("exceeded quota: q").hint == "raise the namespace's ResourceQuota")
    #expect(PodTrouble.absence("x", []).text == "no pod x is there yet")
  }

  @Test func statusFromBeforeAReboot() {
    let status: Value = [
      "phase": "Running", "conditions": [["type": "Ready", "status": "True"]],
      "containerStatuses": [["name": "c", "state": ["running": ["startedAt": "2026-11-24T18:40:12Z"]]]],
    ]
    let pod = Pod(object: ["status": status])
    #expect(pod.isReady(since: nil) && pod.isReady(since: 1_795_545_612) && !pod.isReady(since: 1_795_545_613))
    #expect(reason(status, boot: 1_795_545_613).text == "pod p: its status is from before the reboot")
  }
}
