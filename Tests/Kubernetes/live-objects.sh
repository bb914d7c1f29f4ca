#!/usr/bin/env bash
# kube.* on a real API server, controller manager and scheduler 1.20.2: this machine's vsrrun, small runbooks, nothing of the machine
# touched. Each vsrrun has a /run of its own, and no kubectl but the one that a check gives it. VSRRUN_PROGRAM names another vsrrun
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
export VSRRUN_CONTROL_PLANE=$folder/control-plane
trap '"$plane" down; rm -rf "${folder:?}"' EXIT
"$plane" up >/dev/null
admin=$VSRRUN_CONTROL_PLANE/admin.conf
tested_kubectl=${VSRRUN_KUBECTL:-$VSRRUN_CONTROL_PLANE/bin/kubectl}

kubectl() {
  "$VSRRUN_CONTROL_PLANE/bin/kubectl" --kubeconfig="$admin" "$@"
}

# --- vsrrun ----------------------------------------------------------------------------------------------------------------

# PROGRAM: vsrrun's kubectl from now on (none: ''). Every call of it is a line of $folder/calls.
use_kubectl() {
  rm -rf "${folder:?}/bin"
  mkdir "$folder/bin"
  [[ -n "$1" ]] || return 0
  printf '#!/bin/sh\nprintf "%%s\\n" "$*" >>%s\nexec %s "$@"\n' "$folder/calls" "$1" >"$folder/bin/kubectl"
  chmod +x "$folder/bin/kubectl"
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
  : >"$folder/calls"
  # shellcheck disable=SC2016 # for the shell inside
  unshare --mount --propagation private bash -c '
    mount -t tmpfs tmpfs /run
    mount --bind "$0" /usr/local/sbin
    for folder in /usr/local/bin /usr/sbin /usr/bin; do
      if [[ -e "$folder/kubectl" ]]; then
        mkdir /run/upper /run/work
        mount -t overlay -o "lowerdir=$folder,upperdir=/run/upper,workdir=/run/work" overlay "$folder"
        rm "$folder/kubectl"
      fi
    done
    exec "$@"' "$folder/bin" "$program" "$@" --state "$state"
}

# NAME ARGUMENTS…: a run in a state of its own.
run() {
  local name=$1
  shift
  state=$(mktemp -d -p "$folder" state.XXXXXX)
  vsrrun run "$folder/$name.lua" --yes --output jsonl "$@"
}

# STATUS COMMAND…: it ends with this status; its output goes to $folder/output, its error output to $folder/errors.
ends_with() {
  local wanted=$1 status=0
  shift
  "$@" >"$folder/output" 2>"$folder/errors" || status=$?
  ((status == wanted)) || {
    cat "$folder/errors" "$folder/output"
    echo "status $status, expected $wanted"
    return 1
  }
}

# What the last run counted.
counts() {
  jq -rs 'map(select(.type == "run.finished"))[-1] | "changed \(.changed), held \(.held)"' "$folder/output"
}

# What a jq FILTER says of the last effect of the last run.
effect() {
  jq -rs "map(select(.type == \"effect\"))[-1] | $1" "$folder/output"
}

# How many kubectl processes the last vsrrun had.
calls() {
  wc -l <"$folder/calls"
}

# Each TEXT stands in the error output of the last vsrrun.
said() {
  local text
  for text in "$@"; do
    grep -qF -- "$text" "$folder/errors" || {
      printf 'not said: %s\n' "$text"
      cat "$folder/errors"
      return 1
    }
  done
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

# Until the scheduler has said something that has TEXT in it of the pod of the Deployment vsr.
scheduler_says() {
  for _ in {1..100}; do
    ! kubectl get pods -l app=fastpath -o 'jsonpath={.items[*].status.conditions}' | grep -qF -- "$1" || return 0
    sleep 0.2
  done
}

pods_want_a_node() {
  scheduler_says "no nodes"
  ends_with 1 run pod --set value=3
  said "pod app=fastpath in default is not Ready after 3 s: pod vsr-" "no nodes available to schedule pods"
}

huge_pages_are_missing() {
  "$plane" node n1 intel.com/intel_sriov_nic_vsr1=1 intel.com/intel_sriov_nic_vsr2=1
  scheduler_says hugepages
  ends_with 1 run pod --set value=3
  said "1 Insufficient hugepages-1Gi" "hugepages.reserve"
}

the_resource_is_missing() {
  "$plane" node n1 hugepages-1Gi=16Gi intel.com/intel_sriov_nic_vsr1=0 intel.com/intel_sriov_nic_vsr2=1
  scheduler_says sriov
  ends_with 1 run pod --set value=3
  said "Insufficient intel.com/intel_sriov_nic_vsr1" "no device plugin offers enough" "kube.wait_resource"
}

runbook resource <<'LUA'
  local offer = kube.wait_resource { kubeconfig = admin, timeout = math.tointeger(tonumber(params.value)),
    resources = { ["intel.com/intel_sriov_nic_vsr1"] = 1, ["hugepages-1Gi"] = "8Gi" } }
  note(offer.node .. " " .. offer.allocatable["hugepages-1Gi"])
LUA

resources_are_waited_for() {
  ends_with 1 run resource --set value=2
  said "n1 offers 0 intel.com/intel_sriov_nic_vsr1 (wanted: 1)" "device plugin"
  {
    sleep 3
    "$plane" node n1 hugepages-1Gi=16Gi intel.com/intel_sriov_nic_vsr1=1 intel.com/intel_sriov_nic_vsr2=1
  } &
  ends_with 0 run resource --set value=60
  wait
  grep -q '"n1 16Gi"' "$folder/output"
}

# What a kubelet would say of the pod of the Deployment vsr. STATUS is JSON.
pod_status() {
  local pod
  pod=$(kubectl get pods -l app=fastpath -o 'jsonpath={.items[0].metadata.name}')
  kubectl get pod "$pod" -o json | jq --argjson status "$1" '.status += $status' |
    kubectl replace --raw "/api/v1/namespaces/default/pods/$pod/status" -f - >/dev/null
}

image_cannot_be_pulled() {
  scheduler_says '"status":"True"'
  pod_status '{"containerStatuses": [{"name": "vsr", "image": "download.6wind.com/vsr", "imageID": "", "ready": false,
    "restartCount": 0, "state": {"waiting": {"reason": "ImagePullBackOff", "message": "Back-off pulling image"}}}]}'
  ends_with 1 run pod --set value=2
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
  kube.wait_rollout { kubeconfig = admin, kind = "DaemonSet", name = "kube-sriov-device-plugin-amd64", namespace = "kube-system", timeout = 3 }
LUA

a_rollout_is_not_ready() {
  ends_with 1 run rollout
  said "DaemonSet kube-system/kube-sriov-device-plugin-amd64 is not rolled out after 3 s" "0 of 1 pods are available" \
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
    ! grep -rlF -- "$text" "$state" "$folder"/{output,errors,calls} || return 1
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

# --- trouble with the API server -------------------------------------------------------------------------------------------

runbook trouble <<'LUA'
  kube.apply { kubeconfig = admin, objects = {
    { apiVersion = "v1", kind = "ConfigMap", metadata = { name = "trouble" }, data = { a = params.value } },
  } }
LUA

trouble() {
  kubectl get configmap trouble -o 'jsonpath={.data.a}'
}

# WHO TEXT…: with that kubeconfig the run fails, saying each TEXT, within the deadline and some slack.
as_who() {
  local who=$1 start=$SECONDS
  shift
  ends_with 1 run trouble --set kubeconfig="$VSRRUN_CONTROL_PLANE/$who.conf"
  ((SECONDS - start <= 100))
  said "$@"
}

# FAULT…: through a proxy that misbehaves so, the run comes to its end all the same.
rides_out() {
  "$plane" faults-clear
  "$plane" fault "$@"
  ends_with 0 run trouble --set kubeconfig="$VSRRUN_CONTROL_PLANE/proxy.conf" --set value="$*"
  equal "$(trouble)" "$*"
  "$plane" faults-clear
}

# NAME KUBECONFIG: a run that fails in the background, in $folder/NAME/state, within the deadline and some slack.
begin_hopeless() {
  mkdir -p "$folder/$1/state"
  (
    state=$folder/$1/state
    status=0
    SECONDS=0
    vsrrun run "$folder/trouble.lua" --yes --set kubeconfig="$VSRRUN_CONTROL_PLANE/$2.conf" --set value="$1" 2>"$folder/$1/errors" ||
      status=$?
    echo "$status $((SECONDS <= 100))" >"$folder/$1/end"
  ) &
}

# NAME TEXT…: that run said each TEXT.
was_hopeless() {
  equal "$(<"$folder/$1/end")" "1 1"
  cp "$folder/$1/errors" "$folder/errors"
  said "${@:2}"
}

# NAME: it is resumed, now that the fault is over.
goes_on() {
  state=$folder/$1/state
  ends_with 0 vsrrun resume --yes
  equal "$(trouble)" "$1"
}

stopped_in_the_middle() {
  "$plane" stop-api
  {
    sleep 8
    "$plane" start-api
  } &
  ends_with 0 run trouble --set value=stopped --output text
  wait
  said "the API server does not run" "trying again"
  equal "$(trouble)" stopped
}

frozen() {
  "$plane" freeze-api
  {
    sleep 10
    "$plane" thaw-api
  } &
  ends_with 0 run trouble --set value=frozen
  wait
  equal "$(trouble)" frozen
}

interrupted() {
  local pid status=0
  "$plane" stop-api
  state=$(mktemp -d -p "$folder" state.XXXXXX)
  : >"$folder/errors"
  vsrrun run "$folder/trouble.lua" --yes --set value=interrupted >"$folder/output" 2>"$folder/errors" &
  for _ in {1..100}; do
    ! grep -q "trying again" "$folder/errors" || break
    sleep 0.1
  done
  pid=$(pgrep -f "^$program run $folder/trouble.lua")
  kill -INT "$pid"
  wait $! || status=$?
  equal "$status" 130
  "$plane" start-api
  ends_with 0 vsrrun resume --yes
  equal "$(trouble)" interrupted
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

check "an expired certificate is told" as_who expired "does not accept the credentials" "expired on 2021-01-01" "kubeadm certs renew"
check "a wrong authority is told" as_who wrong-ca "not signed by the authority" "give the present one"
check "a user who may not is told" as_who nobody "may not do this"
check "no kubeconfig is told" no_kubeconfig
check "429 passes" rides_out status 429 --times 2 --match configmaps
check "429 with Retry-After passes" rides_out status '429 1' --times 2
check "500 passes" rides_out status 500 --times 2 --match configmaps
check "503 passes" rides_out status 503 --times 2 --match configmaps
check "a slow answer is waited for" rides_out delay 5 --match configmaps
check "a connection that is dropped is tried again" rides_out drop --match PATCH
check "an answer that is cut is asked for again" rides_out cut --match configmaps
check "the API server goes away in the middle and comes back" stopped_in_the_middle
check "the API server hangs for a while" frozen
check "interrupted while it waits, and resumed" interrupted
check "no kubectl is told" no_kubectl
check "a kubectl that is too old is told" old_kubectl
use_kubectl "$tested_kubectl"

# These take their whole deadline: all at once.
"$plane" fault status 429 --times 0 --match namespaces/default/configmaps
begin_hopeless busy proxy
begin_hopeless refused refused
wait
"$plane" faults-clear
"$plane" fault status 500 --times 0 --match namespaces/default/configmaps
begin_hopeless failing proxy
sleep 2 # its kubectl has found the kinds
"$plane" stop-api
begin_hopeless away admin
wait
"$plane" start-api
"$plane" faults-clear
check "429 for good is told within the deadline" was_hopeless busy "takes no more requests" "tried for"
check "500 for good is told within the deadline" was_hopeless failing "the API server failed (500" "tried for"
check "nobody listens: told within the deadline" was_hopeless refused "the API server does not run" "tried for" "journalctl -u kubelet"
check "the API server stays away: told within the deadline" was_hopeless away "the API server does not run" "tried for"
check "resumed after 429" goes_on busy
check "resumed after 500" goes_on failing
check "resumed after the API server is back" goes_on away

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

# --- admission by PodSecurityPolicy ----------------------------------------------------------------------------------------

"$plane" up --pod-security-policy >/dev/null

the_documented_policy_refuses() {
  ends_with 0 run documented
  ends_with 1 run pod --set value=4
  said "no pod app=fastpath in default can be made" "capability may not be added" \
    "allowedCapabilities: [NET_ADMIN, SYS_ADMIN, SYS_NICE, IPC_LOCK, NET_BROADCAST, AUDIT_WRITE]"
}

check "the documented policy refuses its own pod: what to add" the_documented_policy_refuses

finish
