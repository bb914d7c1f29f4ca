--- Intel X710, XL710, XXV710: VFs to vfio-pci.
return require("vsr.vfio").family {
  name = "Intel X710, XL710, XXV710",
  vendor = "8086",
  pf_driver = "i40e",
  word = "intel",
  domain = "intel.com",
}
