--- Intel 82599, X540, X550, the ports of the document: VFs to vfio-pci.
return require("vsr.vfio").family {
  name = "Intel 82599, X540, X550",
  vendor = "8086",
  pf_driver = "ixgbe",
  word = "intel",
  domain = "intel.com",
}
