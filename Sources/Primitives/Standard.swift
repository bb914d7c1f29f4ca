/// All primitives that the product ships.
var standardPrimitives: [any Primitive.Type] {
  [
    AptHold.self, AptInstall.self, AptKey.self, AptPackage.self, AptRemove.self, AptRepository.self, AptUpdate.self,
    CommandRun.self,
    DownloadFetch.self,
    FileCopy.self, FileDirectory.self, FileJSON.self, FileLink.self, FileList.self, FileRead.self, FileRemove.self,
    FileStat.self, FileWrite.self,
    GitBuild.self, GitCheckout.self,
    HostBootID.self, HostFacts.self, HostReboot.self,
    HugePagesGet.self, HugePagesReserve.self,
    IOMMUState.self,
    KernelCommandLine.self, KernelCommandLineAdd.self, KernelModprobe.self, KernelModule.self, KernelRelease.self,
    KubeadmInit.self, KubeadmReset.self,
    KubeApply.self, KubeDelete.self, KubeGet.self, KubeList.self, KubeRestart.self, KubeSecret.self, KubeUntaint.self,
    KubeWaitCRD.self, KubeWaitNode.self, KubeWaitPod.self, KubeWaitResource.self, KubeWaitRollout.self,
    MountEnsure.self, MountList.self,
    NetLink.self, NetMTU.self, NetUp.self,
    NUMANodes.self,
    OperatorAsk.self,
    PCIBind.self, PCIDevice.self, PCIList.self,
    SecretCredential.self, SecretFile.self, SecretPrompt.self,
    SRIOVSetVFs.self, SRIOVVirtualFunctions.self,
    SwapList.self, SwapOff.self,
    SysctlGet.self, SysctlSet.self,
    SysfsRead.self, SysfsWrite.self,
    SystemdEdit.self, SystemdEnable.self, SystemdReload.self, SystemdRestart.self, SystemdStart.self, SystemdUnit.self,
  ]
}
