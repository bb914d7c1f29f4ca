/// The modules of a distribution's kernel that matter here, with what they depend on.
///
/// Source: `modules.dep` of Ubuntu's 5.4 and Debian's 6.1 kernels, less what is always loaded or built in.
enum OrdinaryModules {
  static func available(_ kernel: Kernel) -> [String: Module] {
    var modules = common
    // vfio-pci was split by 5.16; vfio_virqfd became a part of vfio by 6.2.
    let version = kernel.version
    let helpers = version < (6, 2) ? ["vfio", "vfio_virqfd", "irqbypass"] : ["vfio", "irqbypass"]
    if version < (6, 2) { modules["vfio_virqfd"] = Module() }
    if version < (5, 16) {
      modules["vfio_pci"] = Module(depends: helpers)
    } else {
      modules["vfio_pci_core"] = Module(depends: helpers)
      modules["vfio_pci"] = Module(depends: ["vfio_pci_core", "vfio"])
    }
    if version < (5, 8) {
      modules["vhost"] = Module()
    } else {
      modules["vhost_iotlb"] = Module()
      modules["vhost"] = Module(depends: ["vhost_iotlb"])
    }
    return modules
  }

  private static let common: [String: Module] = [
    "overlay": Module(), "llc": Module(), "stp": Module(depends: ["llc"]), "bridge": Module(depends: ["stp", "llc"]),
    "br_netfilter": Module(depends: ["bridge"]), "nf_defrag_ipv4": Module(), "nf_defrag_ipv6": Module(),
    "nf_conntrack": Module(depends: ["nf_defrag_ipv6", "nf_defrag_ipv4"]), "8021q": Module(depends: ["garp", "mrp"]),
    "garp": Module(depends: ["stp", "llc"]), "mrp": Module(), "bonding": Module(), "veth": Module(), "vxlan": Module(),
    // vfio asks for its IOMMU driver when it starts (request_module_nowait in drivers/vfio/vfio.c).
    "vfio": Module(requests: ["vfio_iommu_type1"]), "vfio_iommu_type1": Module(depends: ["vfio"]),
    "irqbypass": Module(),
    "tun": Module(), "tap": Module(), "vhost_net": Module(depends: ["tun", "vhost", "tap"]),
    "slhc": Module(), "ppp_generic": Module(depends: ["slhc"]), "uio": Module(),
    "uio_pci_generic": Module(depends: ["uio"]), "pci_stub": Module(), "kvm": Module(depends: ["irqbypass"]),
    "mdio": Module(), "dca": Module(), "i2c_algo_bit": Module(), "ixgbe": Module(depends: ["mdio", "dca"]),
    "ixgbevf": Module(), "igb": Module(depends: ["dca", "i2c_algo_bit"]), "igbvf": Module(), "i40e": Module(),
    "iavf": Module(), "ice": Module(), "mlxfw": Module(),
    // It asks for its RDMA half when it has a device (request_module_nowait in its main.c).
    "mlx5_core": Module(depends: ["mlxfw"], requests: ["mlx5_ib"]), "ib_core": Module(),
    "ib_uverbs": Module(depends: ["ib_core"]), "mlx5_ib": Module(depends: ["ib_uverbs", "ib_core", "mlx5_core"]),
    "bnxt_en": Module(), "e1000": Module(), "e1000e": Module(), "virtio_pci": Module(),
    "nvme": Module(depends: ["nvme_core"]),
    "nvme_core": Module(), "ahci": Module(), "xhci_pci": Module(), "zram": Module(),
  ]

  /// Parameters that modules show, with their defaults.
  static let parameters: [String: [String: String]] = [
    "vfio": ["enable_unsafe_noiommu_mode": "N"], "ib_core": ["netns_mode": "Y"],
    "vfio_iommu_type1": ["allow_unsafe_interrupts": "N", "disable_hugepages": "N"],
    "vfio_pci": ["disable_vga": "N", "enable_sriov": "N", "disable_idle_d3": "N"],
    "kvm": ["halt_poll_ns": "200000"], "overlay": ["metacopy": "N", "redirect_dir": "N"],
  ]

  /// Parameters that can be changed while the module is loaded (mode 0644 in its source).
  static let writableParameters: Set<String> = ["vfio/enable_unsafe_noiommu_mode", "kvm/halt_poll_ns"]

  /// Device files that a module brings, by where they stand below `/dev`.
  static let devices: [String: String] = [
    "vhost_net": "vhost-net", "ppp_generic": "ppp", "tun": "net/tun", "kvm": "kvm", "vfio": "vfio/vfio",
  ]

  /// Sysctls that a module brings, with their values when it was just loaded.
  static let sysctls: [String: [String: String]] = [
    "br_netfilter": [
      "net/bridge/bridge-nf-call-arptables": "1", "net/bridge/bridge-nf-call-ip6tables": "1",
      "net/bridge/bridge-nf-call-iptables": "1", "net/bridge/bridge-nf-filter-pppoe-tagged": "0",
      "net/bridge/bridge-nf-filter-vlan-tagged": "0", "net/bridge/bridge-nf-pass-vlan-input-dev": "0",
    ],
    "nf_conntrack": [
      "net/netfilter/nf_conntrack_max": "262144", "net/netfilter/nf_conntrack_tcp_timeout_established": "432000",
    ],
  ]
}
