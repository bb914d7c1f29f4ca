--- Intel 82576, I350: VFs to vfio-pci.
return require("vsr.vfio").family {
  name = "Intel 82576, I350",
  vendor = "8086",
  pf_driver = "igb",
  word = "intel",
  domain = "intel.com",
}
