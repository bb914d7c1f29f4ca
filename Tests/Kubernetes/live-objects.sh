#!/usr/bin/env bash
# kube.* on a real API server, controller manager and scheduler 1.20.2: this machine's vsrrun, small runbooks, nothing of the
# machine touched. Each vsrrun has a /run of its own, and no kubectl but the one that a check gives it. VSRRUN_PROGRAM names another vsrrun
# than the released one, VSRRUN_KUBECTL another kubectl than the cluster's own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source-path=SCRIPTDIR/..
source Tests/tap.sh

if ((EUID != 0)); then
  echo "ok 1 - objects on a real API server # SKIP needs root"
  echo 1..1
  exit 0
fi

program=$(realpath "${VSRRUN_PROGRAM:-$(.ci/release.sh program)}")
plane=$PWD/Tests/Kubernetes/control-plane.sh
objects=$PWD/Tests/Kubernetes/objects
folder=$(mktemp -d)
mkdir "$folder/home" # where kubectl keeps what it has found out
# A second control plane, admitting by PodSecurityPolicy, is for what takes long: its API server stays away.
export VSRRUN_CONTROL_PLANE=$folder/control-plane
other=$folder/other-control-plane
hopeless=

on_the_other() {
  VSRRUN_CONTROL_PLANE=$other "$@"
}

trap 'kill "$hopeless" 2>/dev/null || true; "$plane" down; on_the_other "$plane" down; rm -rf "${folder:?}"' EXIT
"$plane" up >/dev/null
admin=$VSRRUN_CONTROL_PLANE/admin.conf
tested_kubectl=${VSRRUN_KUBECTL:-$VSRRUN_CONTROL_PLANE/bin/kubectl}

kubectl() {
  HOME=$folder/home "$VSRRUN_CONTROL_PLANE/bin/kubectl" --kubeconfig="$VSRRUN_CONTROL_PLANE/admin.conf" "$@"
}

# --- vsrrun ----------------------------------------------------------------------------------------------------------------

# Where a vsrrun finds its kubectl (bin) and leaves its output, its errors, and a line for every call of kubectl (calls).
desk=$folder/desk

# PROGRAM: vsrrun's kubectl from now on (none: '').
use_kubectl() {
  rm -rf "${desk:?}/bin"
  mkdir -p "$desk/bin"
  [[ -n "$1" ]] || return 0
  printf '#!/bin/sh\nprintf "%%s\\n" "$*" >>%s\nexec %s "$@"\n' "$desk/calls" "$1" >"$desk/bin/kubectl"
  chmod +x "$desk/bin/kubectl"
}
use_kubectl "$tested_kubectl"

# NAME: a runbook of one step with the body on standard input, which has `admin` (a kubeconfig) and `params.value`.
runbook() {
  {
    cat <<HEAD
local params = runbook { name = "$1", version = "1", api = 1, summary = "A test", params = {
  kubeconfig = { type = "string", default = "$admin", doc = "whose" },
  value = { type = "string", default = "1", doc = "any" },
  password = { type = "secret", default = "file:$folder/password", doc = "of the registry" },
} }
local admin = params.kubeconfig
step("$1", { doc = "$1" }, function()
HEAD
    cat
    echo 'end)'
  } >"$folder/$1.lua"
}

# vsrrun with these arguments; its runs are in $state.
vsrrun() {
  : >"$desk/calls"
  # shellcheck disable=SC2016 # for the shell inside
  HOME=$folder/home unshare --mount --propagation private bash -c '
    mount -t tmpfs tmpfs /run
    mount --bind "$0" /usr/local/sbin
    for folder in /usr/local/bin /usr/sbin /usr/bin; do
      if [[ -e "$folder/kubectl" ]]; then
        mkdir /run/upper /run/work
        mount -t overlay -o "lowerdir=$folder,upperdir=/run/upper,workdir=/run/work" overlay "$folder"
        rm "$folder/kubectl"
      fi
    done
    exec "$@"' "$desk/bin" "$program" "$@" --state "$state"
}

# NAME ARGUMENTS…: a run in a state of its own.
run() {
  local name=$1
  shift
  state=$(mktemp -d -p "$folder" state.XXXXXX)
  vsrrun run "$folder/$name.lua" --yes --output jsonl "$@"
}

# STATUS COMMAND…: it ends with this status; its output goes to $desk/output, its error output to $desk/errors.
ends_with() {
  local wanted=$1 status=0
  shift
  "$@" >"$desk/output" 2>"$desk/errors" || status=$?
  ((status == wanted)) || {
    cat "$desk/errors" "$desk/output"
    echo "status $status, expected $wanted"
    return 1
  }
}

# NAME COMMAND…: does it at a desk of that name.
at_a_desk() {
  local desk=$folder/$1
  use_kubectl "$tested_kubectl"
  "${@:2}" >"$desk/words" 2>&1
  touch "$desk/well"
}

# NAME COMMAND…: the same beside what follows; `went_well NAME` is then how it ended.
asides=()
aside() {
  at_a_desk "$@" &
  asides+=($!)
}

went_well() {
  [[ -e "$folder/$1/well" ]] || {
    cat "$folder/$1/words"
    return 1
  }
}

# What the last run counted.
counts() {
  jq -rs 'map(select(.type == "run.finished"))[-1] | "changed \(.changed), held \(.held)"' "$desk/output"
}

# What a jq FILTER says of the last effect of the last run.
effect() {
  jq -rs "map(select(.type == \"effect\"))[-1] | $1" "$desk/output"
}

# How many kubectl processes the last vsrrun had.
calls() {
  wc -l <"$desk/calls"
}

# Each TEXT stands in the error output of the last vsrrun.
said() {
  local text
  for text in "$@"; do
    grep -qF -- "$text" "$desk/errors" || {
      printf 'not said: %s\n' "$text"
      cat "$desk/errors"
      return 1
    }
  done
}

# --- trouble without an end ------------------------------------------------------------------------------------------------

# Each of these runs takes its whole deadline: they are at work beside the other checks, on the other control plane.

runbook trouble <<'LUA'
  kube.apply { kubeconfig = admin, objects = {
    { apiVersion = "v1", kind = "ConfigMap", metadata = { name = params.value }, data = { a = params.value } },
  } }
LUA

# NAME: what the API server has of it.
trouble() {
  kubectl get configmap "$1" -o 'jsonpath={.data.a}'
}

# NAME KUBECONFIG: a run that fails, within the deadline and some slack.
hopeless_run() {
  local desk=$folder/$1 state=$folder/$1/state status=0 started=$SECONDS
  use_kubectl "$tested_kubectl"
  vsrrun run "$folder/trouble.lua" --yes --set kubeconfig="$other/$2.conf" --set value="$1" 2>"$desk/errors" || status=$?
  echo "$status $((SECONDS - started >= 300 && SECONDS - started <= 400))" >"$desk/end"
}

hopeless_runs() {
  "$plane" up --pod-security-policy
  "$plane" fault status 429 --times 0 --match configmaps/busy
  "$plane" fault status 500 --times 0 --match configmaps/failing
  hopeless_run refused refused &
  hopeless_run busy proxy &
  hopeless_run failing proxy &
  for fault in 429 500; do # their kubectl has found the kinds
    until "$plane" requests | grep "^status $fault"; do sleep 0.1; done
  done
  "$plane" stop-api
  hopeless_run away admin &
  wait
  "$plane" start-api
  "$plane" faults-clear
}
VSRRUN_CONTROL_PLANE=$other hopeless_runs >"$folder/hopeless.log" 2>&1 &
hopeless=$!

# NAME TEXT…: that run said each TEXT.
was_hopeless() {
  local desk=$folder/$1
  [[ -e "$desk/end" ]] || {
    cat "$folder/hopeless.log"
    return 1
  }
  equal "$(<"$desk/end")" "1 1"
  said "${@:2}"
}

# NAME: it is resumed, now that the fault is over.
goes_on() {
  state=$folder/$1/state
  ends_with 0 vsrrun resume --yes
  equal "$(trouble "$1")" "$1"
}

# --- the documented objects ------------------------------------------------------------------------------------------------

runbook documented <<LUA
  local function manifest(name) return file.read("$objects/" .. name) end
  kube.apply { kubeconfig = admin, manifest = manifest "crd.yaml" }
  kube.wait_crd { name = "network-attachment-definitions.k8s.cni.cncf.io", kubeconfig = admin }
  kube.apply { kubeconfig = admin, manifest = manifest "network.yaml" }
  kube.apply { kubeconfig = admin, manifest = manifest "plugin.yaml" }
  kube.apply { kubeconfig = admin, manifest = manifest "vsr.yaml" }
LUA

runbook network <<LUA
  kube.apply { kubeconfig = admin, manifest = file.read "$objects/network.yaml" }
LUA

network_before_its_crd() {
  ends_with 1 run network
  said "manifest, line 2 (NetworkAttachmentDefinition multus-intel-sriov-nic-vsr1): the API server does not know the kind" \
    'kube.wait_crd "network-attachment-definitions.k8s.cni.cncf.io"'
}

first_run() {
  ends_with 0 run documented
  echo "$state" >"$folder/documented"
  equal "$(counts)" "changed 4, held 0"
  (($(calls) <= 4 * 4 + 2))
  kubectl get deployment/vsr podsecuritypolicy/6windgate-sysctl net-attach-def/multus-intel-sriov-nic-vsr1 >/dev/null
  kubectl -n kube-system get configmap/sriovdp-config serviceaccount/sriov-device-plugin \
    daemonset/kube-sriov-device-plugin-amd64 >/dev/null
}

versions() {
  kubectl get deployment/vsr net-attach-def/multus-intel-sriov-nic-vsr1 clusterrole/6windgate-role \
    -o 'jsonpath={.items[*].metadata.generation} {.items[1,2].metadata.resourceVersion}'
}

second_run() {
  local before
  before=$(versions)
  ends_with 0 run documented
  equal "$(counts)" "changed 0, held 4"
  equal "$(calls)" 9 # two for each kube.apply, one for the wait
  equal "$(versions)" "$before"
}

the_event_carries_the_objects() {
  equal "$(effect '.after.objects["Deployment default/vsr"].spec.template.spec.containers[0].name')" vsr
}

check "a network before its CRD is refused, naming kube.wait_crd" network_before_its_crd
check "the documented objects are applied" first_run
check "applied again, nothing changes, by two kubectl a call" second_run
check "the events carry the objects" the_event_carries_the_objects

# --- drift -----------------------------------------------------------------------------------------------------------------

runbook drift <<'LUA'
  kube.apply { kubeconfig = admin, objects = {
    { apiVersion = "v1", kind = "ConfigMap", metadata = { name = "drift", labels = { keep = "yes" } }, data = { a = "1", b = "2" } },
    { apiVersion = "v1", kind = "ConfigMap", metadata = { name = "steady" }, data = { a = "1" } },
  } }
LUA

drifted() {
  kubectl get configmap drift -o 'jsonpath={.data.a}{.data.b}{.metadata.labels.keep}{.data.extra}'
}

drift_is_corrected() {
  local steady
  ends_with 0 run drift
  kubectl patch configmap drift --type=merge -p '{"data": {"a": "9", "extra": "hand"}}' >/dev/null
  kubectl label configmap drift keep- >/dev/null
  steady=$(kubectl get configmap steady -o 'jsonpath={.metadata.resourceVersion}')
  ends_with 0 run drift
  equal "$(counts)" "changed 1, held 0"
  (($(calls) <= 7))
  equal "$(drifted)" 12yeshand
  equal "$(kubectl get configmap steady -o 'jsonpath={.metadata.resourceVersion}')" "$steady"
  # It is shown with its former value, and who made it.
  equal "$(effect '.before.objects["ConfigMap default/drift"].data.a, .after.objects["ConfigMap default/drift"].data.a')" $'9\n1'
  equal "$(effect '.before.conflicts[0].manager')" kubectl-patch
  echo "$state" >"$folder/drift"
}

undo_to_the_former() {
  state=$(<"$folder/drift")
  ends_with 0 vsrrun rollback --yes
  equal "$(drifted)" 92hand
  ends_with 0 run drift
  equal "$(counts)" "changed 1, held 0"
  echo "$state" >"$folder/drift"
}

undo_leaves_what_another_hand_changed() {
  state=$(<"$folder/drift")
  kubectl patch configmap drift --type=merge -p '{"data": {"b": "another"}}' >/dev/null
  ends_with 4 vsrrun rollback --yes
  said "another hand changed it since"
  equal "$(kubectl get configmap drift -o 'jsonpath={.data.b}')" another
}

undo_deletes_what_was_made() {
  kubectl delete configmap drift steady >/dev/null
  ends_with 0 run drift
  ends_with 0 vsrrun rollback --yes
  equal "$(kubectl get configmap/drift configmap/steady --ignore-not-found)" ""
}

check "drift by another hand is corrected, only that, and shown" drift_is_corrected
check "undo goes back to the former object, and the next run forth again" undo_to_the_former
check "undo leaves and lists what another hand changed since" undo_leaves_what_another_hand_changed
check "undo deletes what was made" undo_deletes_what_was_made

# --- other managers --------------------------------------------------------------------------------------------------------

runbook owned <<'LUA'
  kube.apply { kubeconfig = admin, force = params.value == "force", objects = {
    { apiVersion = "v1", kind = "ConfigMap", metadata = { name = "free" }, data = { a = "1" } },
    { apiVersion = "v1", kind = "ConfigMap", metadata = { name = "owned" }, data = { a = "1" } },
  } }
LUA

another_manager_stops_it() {
  kubectl apply --server-side --field-manager=helm -f - >/dev/null \
    <<<'{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "owned"}, "data": {"a": "theirs", "b": "theirs"}}'
  ends_with 1 run owned
  said 'ConfigMap default/owned: the field .data.a belongs to the field manager "helm"' "force = true"
  equal "$(kubectl get configmap free --ignore-not-found)" ""
}

force_takes_it() {
  ends_with 0 run owned --set value=force
  equal "$(kubectl get configmap owned -o 'jsonpath={.data.a} {.data.b}')" "1 theirs"
  ends_with 0 vsrrun rollback --yes
  equal "$(kubectl get configmap owned -o 'jsonpath={.data.a} {.data.b}')" "theirs theirs"
}

check "a field that another manager owns stops the run before anything is changed" another_manager_stops_it
check "force takes it over, and undo gives the value back" force_takes_it

# --- adoption --------------------------------------------------------------------------------------------------------------

runbook adopted <<'LUA'
  kube.apply { kubeconfig = admin, objects = {
    { apiVersion = "v1", kind = "ConfigMap", metadata = { name = "adopted" }, data = { a = params.value } },
    { apiVersion = "apps/v1", kind = "Deployment", metadata = { name = "adopted" }, spec = { replicas = 0,
      selector = { matchLabels = { app = "adopted" } }, template = { metadata = { labels = { app = "adopted" } },
      spec = { containers = { { name = "c", image = "none", args = {}, resources = { limits = { cpu = 1 } } } } } } } },
  } }
LUA

cat >"$folder/by-hand.yaml" <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: {name: adopted, labels: {by: hand}}
data: {a: "1", dropped: "yes"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: adopted}
spec:
  replicas: 0
  selector: {matchLabels: {app: adopted}}
  template:
    metadata: {labels: {app: adopted}}
    spec:
      containers: [{name: c, image: none}]
YAML

# Another hand's object, seen by its controller.
by_hand() {
  kubectl delete -f "$folder/by-hand.yaml" --ignore-not-found >/dev/null
  kubectl "$1" -f "$folder/by-hand.yaml" >/dev/null
  until [[ "$(kubectl get deployment adopted -o 'jsonpath={.status.observedGeneration}')" == 1 ]]; do sleep 0.1; done
}

managers() {
  kubectl get "$1" -o json |
    jq -r '[.metadata.managedFields[] | select(.manager != "kube-controller-manager") | "\(.manager) \(.operation)"] | sort | join(", ")'
}

adopted() {
  kubectl get configmap/adopted deployment/adopted -o json |
    jq -S '.items[] | del(.metadata.managedFields, .metadata.resourceVersion, .metadata.generation, .status,
      .metadata.annotations["deployment.kubernetes.io/revision"])'
}

adoption() {
  by_hand apply
  ends_with 0 run adopted
  equal "$(counts)" "changed 1, held 0"
  equal "$(effect '.before.adopted[]')" \
    $'ConfigMap default/adopted (kubectl-client-side-apply)\nDeployment default/adopted (kubectl-client-side-apply)'
  equal "$(managers configmap/adopted)" "vsrrun Apply"
  equal "$(managers deployment/adopted)" "vsrrun Apply"
  equal "$(kubectl get configmap adopted -o json | jq -c '[.data, .metadata.labels, .metadata.annotations]')" \
    '[{"a":"1"},null,null]'
  ends_with 0 run adopted
  equal "$(counts)" "changed 0, held 1"
}

adoption_is_undone() {
  by_hand apply
  adopted >"$folder/former"
  ends_with 0 run adopted
  ends_with 0 vsrrun rollback --yes
  adopted | diff "$folder/former" -
  equal "$(kubectl apply -f "$folder/by-hand.yaml")" $'configmap/adopted unchanged\ndeployment.apps/adopted unchanged'
  ends_with 0 run adopted
  equal "$(kubectl get configmap adopted -o json | jq -c .data)" '{"a":"1"}'
}

created_by_hand() {
  by_hand create
  ends_with 0 run adopted --set value=2
  equal "$(kubectl get configmap adopted -o json | jq -c .data)" '{"a":"2"}'
  equal "$(managers configmap/adopted)" "vsrrun Apply"
}

check "what was applied on the client's side is adopted, so that fields removed later go" adoption
check "undo of the adoption brings the object back, annotation and all" adoption_is_undone
check "what was made by kubectl create is adopted when it changes" created_by_hand

# --- pods ------------------------------------------------------------------------------------------------------------------

runbook pod <<'LUA'
  local pod = kube.wait_pod { kubeconfig = admin, selector = "app=fastpath", timeout = math.tointeger(tonumber(params.value)) }
  note("ready: " .. pod.name .. " on " .. pod.node)
LUA

# Until a condition of the PODS or REPLICASETS of the Deployment vsr has TEXT in it. The controllers take a while to find an API
# server again that was away.
cluster_says() {
  for _ in {1..450}; do
    ! kubectl get "$1" -l app=fastpath -o 'jsonpath={.items[*].status.conditions}' | grep -qF -- "$2" || return 0
    sleep 0.2
  done
}

pods_want_a_node() {
  cluster_says pods "no nodes"
  ends_with 1 run pod --set value=1
  said "pod app=fastpath in default is not Ready after 1 s: pod vsr-" "no nodes available to schedule pods"
}

huge_pages_are_missing() {
  "$plane" node n1 intel.com/intel_sriov_nic_vsr1=1 intel.com/intel_sriov_nic_vsr2=1
  cluster_says pods hugepages
  ends_with 1 run pod --set value=1
  said "1 Insufficient hugepages-1Gi" "hugepages.reserve"
}

the_resource_is_missing() {
  "$plane" node n1 hugepages-1Gi=16Gi intel.com/intel_sriov_nic_vsr1=0 intel.com/intel_sriov_nic_vsr2=1
  cluster_says pods sriov
  ends_with 1 run pod --set value=1
  said "Insufficient intel.com/intel_sriov_nic_vsr1" "no device plugin offers enough" "kube.wait_resource"
}

runbook resource <<'LUA'
  local offer = kube.wait_resource { kubeconfig = admin, timeout = math.tointeger(tonumber(params.value)),
    resources = { ["intel.com/intel_sriov_nic_vsr1"] = 1, ["hugepages-1Gi"] = "8Gi" } }
  note(offer.node .. " " .. offer.allocatable["hugepages-1Gi"])
LUA

resources_are_waited_for() {
  ends_with 1 run resource --set value=1
  said "n1 offers 0 intel.com/intel_sriov_nic_vsr1 (wanted: 1)" "device plugin"
  {
    sleep 3
    "$plane" node n1 hugepages-1Gi=16Gi intel.com/intel_sriov_nic_vsr1=1 intel.com/intel_sriov_nic_vsr2=1
  } &
  ends_with 0 run resource --set value=60
  wait
  grep -q '"n1 16Gi"' "$desk/output"
}

# What a kubelet would say of the pod of the Deployment vsr. STATUS is JSON.
pod_status() {
  local pod
  pod=$(kubectl get pods -l app=fastpath -o 'jsonpath={.items[0].metadata.name}')
  kubectl get pod "$pod" -o json | jq --argjson status "$1" '.status += $status' |
    kubectl replace --raw "/api/v1/namespaces/default/pods/$pod/status" -f - >/dev/null
}

image_cannot_be_pulled() {
  cluster_says pods '"status":"True"'
  pod_status '{"containerStatuses": [{"name": "vsr", "image": "download.6wind.com/vsr", "imageID": "", "ready": false,
    "restartCount": 0, "state": {"waiting": {"reason": "ImagePullBackOff", "message": "Back-off pulling image"}}}]}'
  ends_with 1 run pod --set value=1
  said "container vsr: ImagePullBackOff: Back-off pulling image" "kube.secret"
}

pod_becomes_ready() {
  {
    sleep 3
    pod_status '{"phase": "Running", "podIP": "10.244.0.9", "conditions": [{"type": "Ready", "status": "True"}],
      "containerStatuses": [{"name": "vsr", "image": "x", "imageID": "", "ready": true, "restartCount": 0,
      "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}}]}'
  } &
  ends_with 0 run pod --set value=60 --output text
  wait
  said "ready: vsr-" " on n1" ImagePullBackOff # the last one while it waited
  ends_with 0 run pod --set value=60
  equal "$(counts)" "changed 0, held 0"
  equal "$(calls)" 1
}

check "a pod that no node takes: the reason" pods_want_a_node
check "huge pages are missing: what to do" huge_pages_are_missing
check "a resource is missing: what to do" the_resource_is_missing
check "a node's resources are waited for" resources_are_waited_for
check "an image cannot be pulled: what to do" image_cannot_be_pulled
check "a pod that becomes Ready is answered with its node, and at once when it is" pod_becomes_ready

# --- nodes and roll-outs ---------------------------------------------------------------------------------------------------

runbook taints <<'LUA'
  kube.untaint { kubeconfig = admin, keys = { "node-role.kubernetes.io/master", "node-role.kubernetes.io/control-plane" } }
LUA

taints() {
  kubectl get node n1 -o json | jq -c '[.spec.taints[]? | "\(.key):\(.effect)"] | sort'
}

taints_go_and_come_back() {
  kubectl taint node n1 node-role.kubernetes.io/master=:NoSchedule other=x:PreferNoSchedule >/dev/null
  ends_with 0 run taints
  equal "$(counts)" "changed 1, held 0"
  equal "$(taints)" '["other:PreferNoSchedule"]'
  ends_with 0 vsrrun rollback --yes
  equal "$(taints)" '["node-role.kubernetes.io/master:NoSchedule","other:PreferNoSchedule"]'
  kubectl taint node n1 node-role.kubernetes.io/master- other- >/dev/null
  ends_with 0 run taints
  equal "$(counts)" "changed 0, held 1"
  equal "$(calls)" 1
}

runbook rollout <<'LUA'
  kube.wait_node { kubeconfig = admin, node = "n1" }
  kube.wait_rollout { kubeconfig = admin, kind = "DaemonSet", name = "kube-sriov-device-plugin-amd64", namespace = "kube-system", timeout = 1 }
LUA

a_rollout_is_not_ready() {
  ends_with 1 run rollout
  said "DaemonSet kube-system/kube-sriov-device-plugin-amd64 is not rolled out after 1 s" "0 of 1 pods are available" \
    "pod kube-sriov-device-plugin-amd64-"
}

check "taints are removed, and put back by undo" taints_go_and_come_back
check "a roll-out that does not come to its end: why" a_rollout_is_not_ready

# --- deleting --------------------------------------------------------------------------------------------------------------

runbook delete <<'LUA'
  kube.delete { kubeconfig = admin, objects = {
    { apiVersion = "v1", kind = "ConfigMap", metadata = { name = "deleted" } },
    { apiVersion = "apps/v1", kind = "Deployment", metadata = { name = "deleted" } },
    { apiVersion = "nowhere.example/v1", kind = "Nothing", metadata = { name = "deleted" } },
  } }
LUA

deleting() {
  kubectl create configmap deleted --from-literal=a=1 >/dev/null
  kubectl create deployment deleted --image=none --replicas=0 >/dev/null
  until kubectl get deployment deleted -o 'jsonpath={.metadata.annotations}' | grep -q revision; do sleep 0.1; done
  ends_with 0 run delete
  equal "$(counts)" "changed 1, held 0"
  equal "$(kubectl get configmap/deleted deployment/deleted --ignore-not-found)" ""
  ends_with 0 vsrrun rollback --yes
  equal "$(kubectl get configmap/deleted deployment/deleted -o 'jsonpath={.items[*].kind}')" "ConfigMap Deployment"
  kubectl delete configmap/deleted deployment/deleted >/dev/null
  ends_with 0 run delete
  equal "$(counts)" "changed 0, held 1"
}

check "objects are deleted, and made again by undo; one of an unknown kind is not there" deleting

# --- the Secret ------------------------------------------------------------------------------------------------------------

password=s3cr3t-of-the-registry
printf %s "$password" >"$folder/password"
chmod 0600 "$folder/password"

runbook secret <<'LUA'
  kube.secret { kubeconfig = admin, name = "regcred", server = "download.6wind.com", username = "login", password = params.password,
    replace = params.value == "replace" }
LUA

# Of the Secret NAME.
credentials() {
  kubectl get secret "$1" -o json | jq -r '.data[".dockerconfigjson"]' | base64 -d | jq -cS
}

the_secret_is_made() {
  kubectl create secret docker-registry by-hand --docker-server=download.6wind.com --docker-username=login \
    --docker-password="$password" >/dev/null
  ends_with 0 run secret --verbose
  equal "$(counts)" "changed 1, held 0"
  equal "$(credentials regcred)" "$(credentials by-hand)"
  nothing_says_the_password
  ends_with 0 run secret
  equal "$(counts)" "changed 0, held 1"
  ends_with 0 run secret --verbose --output text
  nothing_says_the_password
}

nothing_says_the_password() {
  local text
  for text in "$password" "$(printf %s "login:$password" | base64 -w0)" \
    "$(kubectl get secret regcred -o json | jq -r '.data[".dockerconfigjson"]')" "$(printf %s "$password" | sha256sum | cut -c1-64)"; do
    ! grep -rlF -- "$text" "$state" "$desk"/{output,errors} "$desk/calls" || return 1
  done
}

a_new_password_replaces_ours() {
  printf another-password >"$folder/password"
  ends_with 0 run secret
  equal "$(counts)" "changed 1, held 0"
  equal "$(credentials regcred | jq -r '.auths[].password')" another-password
  ends_with 4 vsrrun rollback --yes
  said "what it held before is not recorded"
}

a_foreign_secret_is_refused() {
  kubectl delete secret regcred >/dev/null
  kubectl create secret docker-registry regcred --docker-server=x --docker-username=y --docker-password=z >/dev/null
  ends_with 1 run secret
  said "the Secret default/regcred is there with other credentials, and vsrrun did not make it" "replace = true"
  equal "$(credentials regcred | jq -r '.auths | keys[]')" x
  ends_with 0 run secret --set value=replace
  equal "$(credentials regcred | jq -r '.auths | keys[]')" download.6wind.com
}

undo_deletes_the_secret() {
  kubectl delete secret regcred >/dev/null
  ends_with 0 run secret
  ends_with 0 vsrrun rollback --yes
  equal "$(kubectl get secret regcred --ignore-not-found)" ""
}

check "the Secret is what kubectl create secret docker-registry makes; nothing says the password" the_secret_is_made
check "a new password replaces the Secret that is ours; undo says what it cannot" a_new_password_replaces_ours
check "a foreign Secret is replaced only when told to" a_foreign_secret_is_refused
check "undo deletes the Secret that was made" undo_deletes_the_secret

# --- admission by PodSecurityPolicy ----------------------------------------------------------------------------------------

the_documented_policy_refuses() {
  ends_with 0 run documented --set kubeconfig="$other/admin.conf"
  cluster_says replicasets "capability may not be added"
  ends_with 1 run pod --set kubeconfig="$other/admin.conf" --set value=4
  said "no pod app=fastpath in default can be made" "capability may not be added" \
    "allowedCapabilities: [NET_ADMIN, SYS_ADMIN, SYS_NICE, IPC_LOCK, NET_BROADCAST, AUDIT_WRITE]"
}

# --- trouble with the API server -------------------------------------------------------------------------------------------

# WHO TEXT…: with that kubeconfig the run fails, saying each TEXT, within the deadline and some slack.
as_who() {
  local who=$1 start=$SECONDS
  shift
  ends_with 1 run trouble --set kubeconfig="$VSRRUN_CONTROL_PLANE/$who.conf"
  ((SECONDS - start <= 100))
  said "$@"
}

# NAME REQUESTS FAULT…: through a proxy that misbehaves so at requests for that object, the run comes to its end all the same.
rides_out() {
  local name=$1 requests=$2
  shift 2
  kubectl apply --server-side --field-manager=vsrrun -f - \
    <<<'{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "'"$name"'"}, "data": {"a": "before"}}'
  "$plane" fault "$@" --match "$requests.*configmaps/$name"
  ends_with 0 run trouble --set kubeconfig="$VSRRUN_CONTROL_PLANE/proxy.conf" --set value="$name"
  equal "$(trouble "$name")" "$name"
  equal "$(grep "configmaps/$name" "$VSRRUN_CONTROL_PLANE/faults")" "" # it was met
}

runbook kinds <<'LUA'
  kube.apply { kubeconfig = admin, objects = {
    { apiVersion = "apps/v1", kind = "ControllerRevision", metadata = { name = params.value }, revision = 1, data = { a = "b" } },
  } }
LUA

# One group of kinds is not told for a while: kubectl says then that there is no such kind.
kinds_are_half_known() {
  "$plane" fault status 503 --times 8 --match 'GET /apis/apps/v1[?]'
  ends_with 0 run kinds --set kubeconfig="$VSRRUN_CONTROL_PLANE/proxy.conf" --set value=half-known
  said "does not tell all of its kinds" "trying again"
  equal "$(grep "apis/apps/v1" "$VSRRUN_CONTROL_PLANE/faults")" "" # it was met
}

stopped_in_the_middle() {
  "$plane" stop-api
  {
    sleep 4
    "$plane" start-api
  } &
  ends_with 0 run trouble --set value=stopped --output text
  wait
  said "the API server does not run" "trying again"
  equal "$(trouble stopped)" stopped
}

frozen() {
  "$plane" freeze-api
  {
    sleep 5
    "$plane" thaw-api
  } &
  ends_with 0 run trouble --set value=frozen
  wait
  equal "$(trouble frozen)" frozen
}

interrupted() {
  local pid status=0
  "$plane" stop-api
  state=$(mktemp -d -p "$folder" state.XXXXXX)
  : >"$desk/errors"
  vsrrun run "$folder/trouble.lua" --yes --set value=interrupted >"$desk/output" 2>"$desk/errors" &
  for _ in {1..100}; do
    ! grep -q "trying again" "$desk/errors" || break
    sleep 0.1
  done
  pid=$(pgrep -f "^$program run .* value=interrupted")
  kill -TERM "$pid" # SIGINT may have been ignored by whoever started this
  wait $! || status=$?
  equal "$status" 130
  "$plane" start-api
  ends_with 0 vsrrun resume --yes
  equal "$(trouble interrupted)" interrupted
}

no_kubectl() {
  use_kubectl ""
  ends_with 1 run trouble
  said "kubectl is not installed on this machine"
}

old_kubectl() {
  # What kubectl 1.17 says of a flag that came with 1.18.
  cat >"$folder/old" <<OLD
#!/bin/sh
case "\$*" in *--server-side*) echo "Error: unknown flag: --server-side" >&2; exit 1 ;; esac
exec $tested_kubectl "\$@"
OLD
  chmod +x "$folder/old"
  use_kubectl "$folder/old"
  ends_with 1 run trouble
  said "the kubectl of this machine is too old: it does not know --server-side" "1.20 or newer"
}

no_kubeconfig() {
  ends_with 1 run trouble --set kubeconfig=/nonexistent/admin.conf
  said "there is no kubeconfig /nonexistent/admin.conf" "kubeadm.init"
}

aside 429 rides_out 429 GET status 429 --times 2
aside retry-after rides_out retry-after GET status '429 1' --times 2
aside 500 rides_out 500 GET status 500 --times 2
aside 503 rides_out 503 GET status 503 --times 2
aside slow rides_out slow GET delay 5
aside dropped rides_out dropped PATCH drop
aside cut rides_out cut GET cut
check "an expired certificate is told" as_who expired "does not accept the credentials" "expired on 2021-01-01" "kubeadm certs renew"
check "a wrong authority is told" as_who wrong-ca "not signed by the authority" "give the present one"
check "a user who may not is told" as_who nobody "may not do this"
check "no kubeconfig is told" no_kubeconfig
check "no kubectl is told" no_kubectl
check "a kubectl that is too old is told" old_kubectl
use_kubectl "$tested_kubectl"
wait "${asides[@]}" || true
check "429 passes" went_well 429
check "429 with Retry-After passes" went_well retry-after
check "500 passes" went_well 500
check "503 passes" went_well 503
check "a slow answer is waited for" went_well slow
check "a connection that is dropped is tried again" went_well dropped
check "an answer that is cut is asked for again" went_well cut
wait "$hopeless" || true
asides=()
on_the_other aside policy the_documented_policy_refuses
check "a kind that is not told for a while is waited for" kinds_are_half_known
check "the API server goes away in the middle and comes back" stopped_in_the_middle
check "the API server hangs for a while" frozen
check "interrupted while it waits, and resumed" interrupted
check "429 for good is told within the deadline" was_hopeless busy "takes no more requests" "tried for"
check "500 for good is told within the deadline" was_hopeless failing "the API server failed (500" "tried for"
check "nobody listens: told within the deadline" was_hopeless refused "the API server does not run" "tried for" "journalctl -u kubelet"
check "the API server stays away: told within the deadline" was_hopeless away "the API server does not run" "tried for"
check "resumed after 429" on_the_other goes_on busy
check "resumed after 500" on_the_other goes_on failing
check "resumed after the API server is back" on_the_other goes_on away

# --- the first run, back ---------------------------------------------------------------------------------------------------

documented_objects() {
  kubectl get deployment/vsr podsecuritypolicy/6windgate-sysctl clusterrole/6windgate-role serviceaccount/6windgate-user \
    customresourcedefinition/network-attachment-definitions.k8s.cni.cncf.io --ignore-not-found -o name
  kubectl -n kube-system get configmap/sriovdp-config daemonset/kube-sriov-device-plugin-amd64 --ignore-not-found -o name
}

everything_back() {
  state=$(<"$folder/documented")
  # There is no kubelet to end pods that have a node.
  {
    for _ in {1..30}; do
      kubectl delete pods --all --all-namespaces --force --grace-period=0 --wait=false >/dev/null 2>&1 || true
      sleep 1
    done
  } &
  local deleter=$!
  ends_with 0 vsrrun rollback --yes
  kill "$deleter" 2>/dev/null || true
  equal "$(documented_objects)" ""
}

check "the rollback of the first run takes its objects away" everything_back

wait "${asides[@]}" || true
check "the documented policy refuses its own pod: what to add" went_well policy

finish
