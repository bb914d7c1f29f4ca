--- Broadcom NetXtreme-C and -E (bnxt_en): VFs to vfio-pci. Its driver makes them only while the port is up.
return require("vsr.vfio").family {
  name = "Broadcom NetXtreme",
  vendor = "14e4",
  pf_driver = "bnxt_en",
  word = "broadcom",
  domain = "broadcom.com",
}
