/// All primitives that the product ships.
var standardPrimitives: [any Primitive.Type] {
  [
    CommandRun.self,
    FileDirectory.self, FileLink.self, FileList.self, FileRead.self, FileRemove.self, FileStat.self, FileWrite.self,
    HostBootID.self, HostFacts.self, HostReboot.self,
    HugePagesGet.self, HugePagesReserve.self,
    IOMMUState.self,
    KernelCommandLine.self, KernelCommandLineAdd.self, KernelModprobe.self, KernelModule.self, KernelRelease.self,
    MountEnsure.self, MountList.self,
    NetLink.self, NetMTU.self, NetUp.self,
    NUMANodes.self,
    PCIBind.self, PCIDevice.self, PCIList.self,
    SRIOVSetVFs.self, SRIOVVirtualFunctions.self,
    SwapList.self, SwapOff.self,
    SysctlGet.self, SysctlSet.self,
    SysfsRead.self, SysfsWrite.self,
    SystemdEdit.self, SystemdEnable.self, SystemdReload.self, SystemdRestart.self, SystemdStart.self, SystemdUnit.self,
  ]
}
