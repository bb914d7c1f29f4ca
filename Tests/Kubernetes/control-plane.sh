#!/usr/bin/env bash
# A Kubernetes 1.20.2 control plane on loopback, for tests of its clients: etcd, API server, controller manager, scheduler. There is
# no kubelet: nodes are objects that a test makes up, and pods stay Pending or get a node and no further.
#
#   control-plane.sh up [--pod-security-policy]   start a fresh one, wait until it is ready, print the admin's kubeconfig
#   control-plane.sh down                         end it; harmless when nothing is up
#   control-plane.sh kubeconfig [WHO]             print the path of a kubeconfig file (below)
#   control-plane.sh stop-api | start-api         the API server goes away (connections are refused), and comes back ready
#   control-plane.sh freeze-api | thaw-api        it hangs: connections are taken and nobody answers
#   control-plane.sh node NAME [RESOURCE=QUANTITY…]    make a node, or give it these resources: Ready, untainted
#   control-plane.sh fault ACTION [VALUE] [--times N] [--match PATTERN]
#                                                 the proxy misbehaves N times (1; 0: for good); PATTERN: of "METHOD PATH"
#         status 'CODE [RETRY-AFTER]' | delay SECONDS | drop | cut
#   control-plane.sh faults-clear                 the proxy behaves again
#   control-plane.sh requests                     what the proxy was asked since the last faults-clear
#
# WHO: admin; nobody, who may do nothing; expired, whose certificate has; wrong-ca, who does not trust the server;
# refused, where nobody listens; proxy, the admin through the proxy that `fault` speaks to.
#
# VSRRUN_CONTROL_PLANE names the folder (default: .build/control-plane in this repository). Every folder has a loopback address of its
# own, so that several run side by side. /bin in the folder has the programs, kubectl among them.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../.." && pwd)
folder=${VSRRUN_CONTROL_PLANE:-$repository/.build/control-plane}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

# shellcheck source-path=SCRIPTDIR
source "$here/../processes.sh"

fail() {
  echo "control-plane.sh: $*" >&2
  exit 1
}

usage() {
  sed -n '5,16s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 64
}

# 127.A.B.C of the folder's name; no byte is 0 or 255, and 127.0.0.1 is nobody's.
address=$(sha256sum <<<"$folder" | {
  read -r digest _
  printf '127.%d.%d.%d' $((16#${digest:0:2} % 253 + 1)) $((16#${digest:2:2} % 253 + 1)) $((16#${digest:4:2} % 253 + 1))
})
api_port=6443
proxy_port=7443
refused_port=8443
kubectl=$folder/bin/kubectl

# --- certificates and kubeconfig files -------------------------------------------------------------------------------------

new_key() {
  openssl ecparam -name prime256v1 -genkey -noout -out "$folder/pki/$1.key"
}

new_ca() {
  new_key "$1"
  openssl req -x509 -new -key "$folder/pki/$1.key" -out "$folder/pki/$1.crt" -subj "/CN=$1" -days 365
}

# NAME SUBJECT [START END], the last two as in 20200101000000Z
new_certificate() {
  local name=$1 subject=$2
  new_key "$name"
  openssl req -new -key "$folder/pki/$name.key" -out "$folder/pki/$name.csr" -subj "$subject"
  openssl ca -batch -notext -config "$folder/pki/ca.conf" -in "$folder/pki/$name.csr" -out "$folder/pki/$name.crt" \
    -startdate "${3-20200101000000Z}" -enddate "${4-20480101000000Z}" 2>"$folder/pki/$name.log" || {
    cat "$folder/pki/$name.log" >&2
    return 1
  }
}

new_certificates() {
  mkdir -p "$folder/pki/new"
  : >"$folder/pki/index.txt"
  cat >"$folder/pki/ca.conf" <<END
[ca]
default_ca = lab
[lab]
database = $folder/pki/index.txt
new_certs_dir = $folder/pki/new
rand_serial = yes
unique_subject = no
certificate = $folder/pki/ca.crt
private_key = $folder/pki/ca.key
default_md = sha256
policy = any
x509_extensions = extensions
[any]
organizationName = optional
commonName = supplied
[extensions]
subjectAltName = IP:$address,DNS:localhost,DNS:kubernetes.default.svc
END
  new_ca ca
  new_ca other-ca
  new_key service-accounts
  new_certificate server /CN=kube-apiserver
  new_certificate admin /O=system:masters/CN=kubernetes-admin
  new_certificate nobody /CN=nobody
  new_certificate expired /O=system:masters/CN=kubernetes-admin 20200101000000Z 20210101000000Z
}

# NAME PORT CA USER: complete in itself, as kubeadm's are
write_kubeconfig() {
  cat >"$folder/$1.conf" <<END
apiVersion: v1
kind: Config
clusters:
- name: kubernetes
  cluster:
    certificate-authority-data: $(base64 -w0 "$folder/pki/$3.crt")
    server: https://$address:$2
users:
- name: $4
  user:
    client-certificate-data: $(base64 -w0 "$folder/pki/$4.crt")
    client-key-data: $(base64 -w0 "$folder/pki/$4.key")
contexts:
- name: $4@kubernetes
  context:
    cluster: kubernetes
    user: $4
current-context: $4@kubernetes
END
}

write_kubeconfigs() {
  write_kubeconfig admin "$api_port" ca admin
  write_kubeconfig nobody "$api_port" ca nobody
  write_kubeconfig expired "$api_port" ca expired
  write_kubeconfig wrong-ca "$api_port" other-ca admin
  write_kubeconfig refused "$refused_port" ca admin
  write_kubeconfig proxy "$proxy_port" ca admin
}

as_admin() {
  "$kubectl" --kubeconfig="$folder/admin.conf" --cache-dir="$folder/cache" "$@"
}

# --- processes -------------------------------------------------------------------------------------------------------------

services=(proxy scheduler controller-manager api etcd)

# NAME COMMAND…: in a session of its own, with no descriptor of the caller's
start() {
  local name=$1
  shift
  env -u NOTIFY_SOCKET setsid "$@" >>"$folder/$name.log" 2>&1 </dev/null &
  record_process $! "$folder/$name.pid"
}

stop() {
  local pid
  pid=$(recorded_process "$folder/$1.pid") || return 0
  kill -KILL "$pid"
  for _ in {1..100}; do
    recorded_process "$folder/$1.pid" >/dev/null || break
    sleep 0.05
  done
  rm -f "$folder/$1.pid"
}

signal_api() {
  local pid
  pid=$(recorded_process "$folder/api.pid") || fail "no API server is running"
  kill "-$1" "$pid"
}

start_etcd() {
  start etcd "$folder/bin/etcd" --data-dir "$folder/etcd" --listen-client-urls "http://$address:2379" --advertise-client-urls "http://$address:2379" \
    --listen-peer-urls "http://$address:2380" --initial-advertise-peer-urls "http://$address:2380" \
    --initial-cluster "default=http://$address:2380"
}

start_api() {
  # Loopback cannot be the address of the service `kubernetes`; nobody goes there.
  start api "$folder/bin/kube-apiserver" --etcd-servers="http://$address:2379" --bind-address="$address" --secure-port="$api_port" \
    --advertise-address=192.0.2.1 --tls-cert-file="$folder/pki/server.crt" --tls-private-key-file="$folder/pki/server.key" \
    --client-ca-file="$folder/pki/ca.crt" --service-account-key-file="$folder/pki/service-accounts.key" \
    --service-account-signing-key-file="$folder/pki/service-accounts.key" \
    --service-account-issuer=https://kubernetes.default.svc.cluster.local --service-cluster-ip-range=10.96.0.0/12 \
    --authorization-mode=Node,RBAC --allow-privileged=true --insecure-port=0 \
    --enable-admission-plugins="$(<"$folder/admission")"
  wait_for "the API server" api get --raw=/readyz
}

start_others() {
  # No node life cycle: nothing renews the leases of made-up nodes.
  start controller-manager "$folder/bin/kube-controller-manager" --kubeconfig="$folder/admin.conf" --leader-elect=false --port=0 \
    --secure-port=0 --service-account-private-key-file="$folder/pki/service-accounts.key" --root-ca-file="$folder/pki/ca.crt" \
    --controllers='*,-nodelifecycle'
  start scheduler "$folder/bin/kube-scheduler" --kubeconfig="$folder/admin.conf" --leader-elect=false --port=0 --secure-port=0
  : >"$folder/faults"
  : >"$folder/requests"
  start proxy python3 "$here/proxy.py" "$address" "$proxy_port" "$address:$api_port" "$folder"
}

# WHAT SERVICE KUBECTL-ARGUMENTS…: until kubectl succeeds
wait_for() {
  local what=$1 service=$2
  shift 2
  for _ in {1..300}; do
    ! as_admin --request-timeout=5s "$@" >/dev/null 2>&1 || return 0
    recorded_process "$folder/$service.pid" >/dev/null || break
    sleep 0.1
  done
  tail -n 20 "$folder/$service.log" >&2
  fail "$what is not ready; its log is above, and in $folder/$service.log"
}

# --- commands --------------------------------------------------------------------------------------------------------------

up() {
  local plugins=NodeRestriction programs
  case "${1-}" in
    '') ;;
    --pod-security-policy) plugins+=,PodSecurityPolicy ;;
    *) usage ;;
  esac
  programs=$("$here/build.sh")
  down
  mkdir -p "$folder"
  ln -s "$programs" "$folder/bin"
  echo "$plugins" >"$folder/admission"
  new_certificates
  write_kubeconfigs
  start_etcd
  start_api
  start_others
  wait_for "the controller manager" controller-manager get serviceaccount default
  kubeconfig
}

down() {
  local service
  for service in "${services[@]}"; do stop "$service"; done
  rm -rf "${folder:?}"
}

kubeconfig() {
  local file=$folder/${1-admin}.conf
  [[ -e "$file" ]] || fail "no kubeconfig '${1-admin}': is it up? see 'control-plane.sh' for the names"
  echo "$file"
}

# A kubelet's part: the object, its status, no taint of a node that is not ready.
node() {
  local name=${1:?} resource resources='{"cpu": "16", "memory": "64Gi", "pods": "110"}'
  shift
  for resource in "$@"; do
    resources=$(jq --arg name "${resource%%=*}" --arg quantity "${resource#*=}" '.[$name] = $quantity' <<<"$resources")
  done
  as_admin get node "$name" >/dev/null 2>&1 || as_admin create -f - <<END >/dev/null
{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "$name", "labels":
  {"kubernetes.io/hostname": "$name", "kubernetes.io/arch": "amd64", "beta.kubernetes.io/arch": "amd64", "kubernetes.io/os": "linux"}}}
END
  as_admin get node "$name" -o json | jq --argjson resources "$resources" '
    .status.capacity = $resources | .status.allocatable = $resources
    | .status.conditions = [{type: "Ready", status: "True", reason: "KubeletReady", message: "kubelet is posting ready status"}]
  ' | as_admin replace --raw "/api/v1/nodes/$name/status" -f - >/dev/null
  as_admin taint node "$name" node.kubernetes.io/not-ready- >/dev/null 2>&1 || true
}

fault() {
  local action=${1-} value='' times=1 pattern=.
  shift || usage
  case "$action" in
    status | delay)
      value=${1-}
      shift || usage
      ;;
    drop | cut) ;;
    *) usage ;;
  esac
  while (($#)); do
    case "$1" in
      --times) times=${2:?} ;;
      --match) pattern=${2:?} ;;
      *) usage ;;
    esac
    shift 2
  done
  printf '%s\t%s\t%s\t%s\n' "$times" "$pattern" "$action" "$value" | flock "$folder/faults" tee -a "$folder/faults" >/dev/null
}

faults_clear() {
  : >"$folder/faults"
  : >"$folder/requests"
}

command=${1-}
(($# == 0)) || shift
case "$command" in
  up) up "$@" ;;
  down) down ;;
  kubeconfig) kubeconfig "$@" ;;
  stop-api) stop api ;;
  start-api) start_api ;;
  freeze-api) signal_api STOP ;;
  thaw-api) signal_api CONT ;;
  node) node "$@" ;;
  fault) fault "$@" ;;
  faults-clear) faults_clear ;;
  requests) cat "$folder/requests" ;;
  *) usage ;;
esac
