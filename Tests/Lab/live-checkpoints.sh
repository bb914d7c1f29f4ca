#!/usr/bin/env bash
# Rollback to each checkpoint: the install is stopped at every one, and what the machine is like is written down; then it is taken
# back to one after the other, and has to be like that again.
#
#   live-checkpoints.sh [CHECKPOINT]    (default: up to the last)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source-path=SCRIPTDIR/..
source Tests/tap.sh
# shellcheck source-path=SCRIPTDIR/../..
source Tests/Lab/live.sh "checkpoints"

last=${1:-router}
# Each with the step before it.
all=(preparation=iommu memory=hugepages-mount docker=docker kubernetes-packages=kubernetes-hold containerd-and-kubelet=kubelet-restart
  cluster=taint-control-plane network-plugins=sriov-cni nics=vhost-module networks=networks registry=ppp-module router=connect)
checkpoints=()
for checkpoint in "${all[@]}"; do
  checkpoints+=("$checkpoint")
  [[ "${checkpoint%=*}" != "$last" ]] || break
done

comes_to() {
  local checkpoint=${1%=*} step=${1#*=} status=0
  if [[ "$step" == iommu ]]; then
    former=$("$machine" boot-id)
    vsrrun run "${install[@]}" --until "$step" >"$folder/run" 2>&1 || status=$?
    ((status == 6 || status == 255))
    "$machine" wait "$former"
    becomes_done 900
  else
    vsrrun resume --yes --until "$step"
  fi
  state >"$folder/$checkpoint"
}

is_taken_back_to() {
  vsrrun rollback --yes --to "$1"
  is_in_state "$folder/$1"
}

"$machine" up
prepare
for checkpoint in "${checkpoints[@]}"; do
  timed_check "the run comes to ${checkpoint%=*}" comes_to "$checkpoint"
done
for ((index = ${#checkpoints[@]} - 2; index >= 0; index--)); do
  checkpoint=${checkpoints[index]%=*}
  timed_check "it is taken back to $checkpoint" is_taken_back_to "$checkpoint"
done
finish
