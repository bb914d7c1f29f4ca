import Host
import Values

struct SRIOVVirtualFunctions: Query {
  static let name = "sriov.vfs"
  static let summary = "The virtual functions of a physical function, in the kernel's order (virtfn0, virtfn1, …)."
  static let answers = "a list of tables as pci.device answers"
  static let answerType = "\(PCIDevice.table)[]"
  static let example = #"for _, vf in ipairs(sriov.vfs "ens787f0") do … end"#

  @Argument("the physical function", bare: true) var pf: PhysicalFunction

  func answer(_ context: Context) throws -> Value {
    .array(
      try pf.function(context.host).virtualFunctions.compactMap { PCIAddress($0) }
        .map { try PCIFunction(at: $0, context.host).description() })
  }
}
