--- Intel E810: VFs to vfio-pci.
return require("vsr.vfio").family {
  name = "Intel E810",
  vendor = "8086",
  pf_driver = "ice",
  word = "intel",
  domain = "intel.com",
}
