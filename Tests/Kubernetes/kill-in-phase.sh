#!/usr/bin/env bash
# Kills vsrrun and its kubeadm as soon as kubeadm init is in a phase, which is told by the first thing that the phase leaves. For the
# container of a node.
#
#   kill-in-phase.sh PHASE
set -euo pipefail

phase=${1:?usage: kill-in-phase.sh PHASE}
etc=/etc/kubernetes

# Something that the API server has.
has() {
  kubectl --kubeconfig=$etc/admin.conf --cache-dir=/tmp/kubectl --request-timeout=2s get "$@" --output=name 2>/dev/null | grep -q .
}

is_reached() {
  pgrep -f '^kubeadm init' >/dev/null || return 1 # what is left of the kill before is there until then
  case "$phase" in
    preflight) ;;
    certs) [[ -e $etc/pki/ca.crt ]] ;;
    kubeconfig) [[ -e $etc/admin.conf ]] ;;
    kubelet-start) [[ -e /var/lib/kubelet/kubeadm-flags.env ]] ;;
    control-plane) [[ -e $etc/manifests/kube-apiserver.yaml ]] ;;
    etcd) [[ -e $etc/manifests/etcd.yaml ]] ;;
    wait-control-plane) [[ -e /var/lib/etcd/member ]] ;;
    upload-config) has --namespace=kube-system configmap/kubeadm-config ;;
    mark-control-plane) has nodes --selector=node-role.kubernetes.io/master ;;
    bootstrap-token) has --namespace=kube-system clusterrolebinding/kubeadm:node-autoapprove-bootstrap ;;
    kubelet-finalize) grep -qs kubelet-client-current $etc/kubelet.conf ;;
    addon) has --namespace=kube-system deployment/coredns ;;
    *)
      echo "no phase $phase"
      exit 64
      ;;
  esac
}

# The last phases take less time than one look at the API server: kubeadm goes on for a moment between two looks.
in_slow_motion() {
  [[ -e /var/lib/etcd/member ]] || return 0
  case "$phase" in upload-config | mark-control-plane | bootstrap-token | kubelet-finalize | addon) ;; *) return 0 ;; esac
  ! pkill -CONT -f '^kubeadm init' || sleep 0.05
  pkill -STOP -f '^kubeadm init' || true
}

for ((SECONDS = 0; SECONDS < 300; )); do
  if is_reached; then
    pgrep -f '^kubeadm init' >/dev/null || {
      echo "kubeadm had ended before it was killed in $phase"
      exit 1
    }
    pkill -KILL -x vsrrun
    pkill -KILL -f '^kubeadm init'
    exit 0
  fi
  in_slow_motion
  sleep 0.02
done
echo "kubeadm has not come to $phase"
exit 1
