#!/usr/bin/env bash
# Prints a folder with what the machine starts from, building it first if it is not cached:
#
#   disk.img   a bootable disk: Debian 12 with its kernel and GRUB, containerd with every image of a node, and in /srv the
#              repositories that the install takes packages and plugins from
#   key        the private half of the key that root lets in over ssh
#   images.tar the images, for a registry (a link)
#
#   disk.sh
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR/../Kubernetes
source "$here/../Kubernetes/source.sh"

base=$("$here/../Container/lab.sh" base "${node_packages[@]}" linux-image-amd64 initramfs-tools grub-pc-bin grub2-common openssh-server pciutils)
node=$("$here/../Kubernetes/node.sh")
key=$({
  echo "$base $node"
  cat "$here/disk.sh" "$here"/guest/*
  find "$here/../Kubernetes/"{plugins,manifests} -type f -exec sha256sum {} + | LC_ALL=C sort
} | sha256sum | cut -c1-16)
result=$cache/lab-disk-$key

size=12G
first_sector=2048 # where the partition begins; GRUB stands before it

furnish() {
  local root=$1
  cp -a --reflink=auto "$node/root/." "$root"
  rm "$root/usr/local/sbin/node-init" # for a container
  cp -a --reflink=auto "$node/containerd" "$root/var/lib/containerd"
  cp -r "$here/../Kubernetes/manifests/flannel.yml" "$root/srv/kube-flannel.yml"
  mkdir "$root/srv/git"
  repository multus-cni v3.8 "$root/srv/git"
  repository sriov-cni v2.6.1 "$root/srv/git"

  install -Dm644 -t "$root/etc/systemd/network" "$here/guest/10-management.network"
  install -Dm644 -t "$root/etc/systemd/system/systemd-networkd-wait-online.service.d" "$here/guest/any.conf"
  chroot "$root" systemctl --quiet enable systemd-networkd.service systemd-networkd-wait-online.service ssh.service
  chroot "$root" systemctl --quiet mask apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer fstrim.timer
  echo lab >"$root/etc/hostname"
  printf '127.0.0.1 localhost\n10.0.2.15 lab\n' >"$root/etc/hosts"
  echo 'nameserver 127.0.0.1' >"$root/etc/resolv.conf" # where nobody answers, and a client is told so at once
  echo '/dev/vda1 / ext4 errors=remount-ro 0 1' >"$root/etc/fstab"
  install -Dm644 -t "$root/etc/default" "$here/guest/grub"
  mkdir -p "$root/etc/containerd/certs.d/_default"
  sed "s/HOST/10.0.2.2/" "$here/../Kubernetes/guest/hosts.toml" >"$root/etc/containerd/certs.d/_default/hosts.toml"
  # This machine lets containerd lower what the container's must not.
  sed -i '/CAP_SYS_RESOURCE/d; /restrict_oom_score_adj/d' "$root/etc/containerd/config.toml"
  rm -f "$root/etc/systemd/system.conf.d/timeouts.conf"

  ssh-keygen -q -t ed25519 -N '' -C lab -f "$partial/key"
  install -dm700 "$root/root/.ssh"
  install -m600 "$partial/key.pub" "$root/root/.ssh/authorized_keys"
  printf 'UseDNS no\nPermitRootLogin prohibit-password\n' >"$root/etc/ssh/sshd_config.d/lab.conf"
}

# Stands for the repository of a CNI plugin: NAME TAG FOLDER
repository() {
  local tree=$3/$1
  cp -r "$here/../Kubernetes/plugins/$1" "$tree"
  git -C "$tree" init --quiet
  git -C "$tree" add .
  git -C "$tree" -c user.name=tester -c user.email=tester@example.com commit --quiet --message "$2"
  git -C "$tree" tag "$2"
}

# GRUB as grub-install puts it: its first sector, and right after it the core, which finds the rest on the partition.
make_bootable() {
  local root=$1 image=$2 modules=$1/usr/lib/grub/i386-pc kernel
  kernel=$(cd "$root/boot" && echo vmlinuz-*)
  mkdir -p "$root/boot/grub"
  cp -r "$modules" "$root/boot/grub/i386-pc"
  # Until update-grub writes its own, which needs the machine running.
  cat >"$root/boot/grub/grub.cfg" <<END
serial --unit=0
terminal_output serial
linux /boot/$kernel root=/dev/vda1 ro $(sed -n 's/^GRUB_CMDLINE_LINUX="\(.*\)"$/\1/p' "$here/guest/grub")
initrd /boot/initrd.img-${kernel#vmlinuz-}
boot
END
  chroot "$root" grub-mkimage --format i386-pc --prefix '(hd0,msdos1)/boot/grub' --output /boot/core.img \
    biosdisk part_msdos ext2 normal linux serial terminal configfile search test echo
  truncate --size "$size" "$image"
  sfdisk --quiet "$image" <<<"start=$first_sector, type=83, bootable"
  mke2fs -q -t ext4 -L root -d "$root" -E "offset=$((first_sector * 512)),lazy_itable_init=1" "$image" \
    "$((($(stat --format %s "$image") - first_sector * 512) / 1024))k"
  dd if="$modules/boot.img" of="$image" bs=440 count=1 conv=notrunc status=none
  dd if="$root/boot/core.img" of="$image" bs=512 seek=1 conv=notrunc status=none
}

build() {
  local partial=$result.partial root=$result.partial/root
  rm -rf "$partial"
  mkdir -p "$partial"
  cp -a --reflink=auto "$base" "$root"
  furnish "$root"
  make_bootable "$root" "$partial/disk.img"
  rm -rf "$root"
  ln -s "$node/images.tar" "$partial/images.tar"
  mv "$partial" "$result"
}

if [[ ! -d "$result" ]]; then
  exec {lock}>"$cache/lab.lock"
  flock "$lock"
  if [[ ! -d "$result" ]]; then build >&2; fi
fi
echo "$result"
