import Host

/// update-grub(8) and grub-mkconfig(8): the boot loader's own file is made of `/etc/default/grub`.
enum UpdateGrub {
  static func run(_ command: Command, _ machine: inout Machine) throws(Refusal) -> CommandResult {
    // Without an output file, grub-mkconfig only prints.
    let prints = command.arguments.first?.contains("mkconfig") == true && !command.arguments.contains("-o")
    guard machine.files.text("/etc/default/grub") != nil else {
      return .failure("grub-mkconfig: /etc/default/grub: No such file or directory")
    }
    let cmdline = BootLoader.cmdline(machine)
    if !prints {
      machine.kernel.nextCmdline = cmdline
      writeOwnFile(&machine)
    }
    let output = prints ? "linux \(cmdline)\n" : ""
    return CommandResult(
      status: 0, output: Array(output.utf8),
      errorOutput: Array("Generating grub configuration file ...\ndone\n".utf8))
  }

  /// A machine that is described by hand has no such file; one that was captured does.
  private static func writeOwnFile(_ machine: inout Machine) {
    let path = "/boot/grub/grub.cfg"
    guard var node = machine.files[path], let text = machine.files.text(path) else { return }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let current = machine
    node.content = .file(
      Array(lines.map { BootLoader.generated(String($0), current) }.joined(separator: "\n").utf8))
    machine.files.set(path, node)
  }
}
