public import Host

extension Machine {
  /// The machine that `host` is, as far as it can be read: without privilege, and on a machine without systemd too.
  ///
  /// What cannot be read stays out, or is what it ordinarily is; it fails only where there is no `/proc` to look at.
  /// Times are the machine's own: ``normalized()`` takes them out for a machine file.
  public static func capture(from host: any Host) async throws(HostError) -> Machine {
    _ = try host.list("/proc")
    var capture = Capture(host)
    return await capture.machine()
  }
}

/// Reads a machine through the seam.
struct Capture {
  let host: any Host
  var captured: Machine

  init(_ host: any Host) {
    self.host = host
    captured = Machine(blank: host.name)
  }

  mutating func machine() async -> Machine {
    readSystem()
    readMemory()
    readModules()
    readDevices()
    readHolders()
    readNetwork()
    readSwap()
    await readPackages()
    let modules = captured.modules
    captured.complete()
    captured.modules = modules
    readSysctls()
    readMounts()
    readFiles()
    captured.kernel.nextCmdline = nextCmdline
    await readUnits()
    captured.kubernetes.isUnknown = (try? host.status("/etc/kubernetes/admin.conf")) != nil
    // What the network offers can only be seen by asking it.
    captured.remote.artifacts[Remote.anythingElse] = .unknown
    captured.clock = host.now
    captured.capturedBootID = try? host.bootID
    return captured
  }

  // MARK: Reading

  /// The content of a file without white space at its end; nil if it is not there, or cannot be read.
  func text(_ path: String) -> String? {
    guard let text = try? host.text(path) else { return nil }
    return text
  }

  func number(_ path: String) -> Int? { text(path).flatMap { Int($0) } }
  func names(_ path: String) -> [String] { (try? host.listIfPresent(path)) ?? [] }
  func linkName(_ path: String) -> String? {
    guard let name = try? host.linkName(path) else { return nil }
    return name
  }

  // MARK: System

  private mutating func readSystem() {
    for line in (text("/etc/os-release") ?? "").lines {
      let parts = line.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { continue }
      let value = String(parts[1].filter { $0 != "\"" })
      if parts[0] == "ID" { captured.os.id = value }
      if parts[0] == "VERSION_ID" { captured.os.version = value }
    }
    captured.kernel.release = text("/proc/sys/kernel/osrelease") ?? captured.kernel.release
    captured.kernel.cmdline = (text("/proc/cmdline") ?? "").words.joined(separator: " ")
    let units = names("/sys/class/iommu")
    // The firmware says which it has (an emulated machine may have one maker's processor and another's IOMMU).
    let tables = names("/sys/firmware/acpi/tables")
    let isAMD =
      tables.contains("IVRS") || !tables.contains("DMAR") && text("/proc/cpuinfo")?.contains("AuthenticAMD") == true
    captured.iommu.kind = isAMD ? .amd : .intel
    captured.iommu.settle(isOn: !units.isEmpty, cmdline: captured.kernel.cmdline)
  }

  /// What the boot loader's configuration gives the next boot; without one, what the running kernel got.
  private var nextCmdline: String {
    captured.files.text("/etc/default/grub") == nil ? captured.kernel.cmdline : BootLoader.cmdline(captured)
  }

  private mutating func readMemory() {
    let root = "/sys/devices/system/node"
    for name in names(root) {
      guard name.hasPrefix("node"), let number = Int(name.dropFirst(4)) else { continue }
      let folder = "\(root)/\(name)"
      let info = text("\(folder)/meminfo") ?? ""
      var node = NumaNode(memory: Self.kibibytes("MemTotal", info), cpus: text("\(folder)/cpulist") ?? "")
      node.hugePages = [:]
      for pool in names("\(folder)/hugepages") {
        guard let size = ByteCount.bytes(pool.dropFirst("hugepages-".count)) else { continue }
        let total = self.number("\(folder)/hugepages/\(pool)/nr_hugepages") ?? 0
        let free = self.number("\(folder)/hugepages/\(pool)/free_hugepages") ?? total
        // How much of the free memory is in one piece cannot be seen without trying.
        let more = Self.kibibytes("MemFree", info) / 4 * 3 / size
        node.hugePages[size] = HugePagePool(total: total, used: total - free, capacity: total + more)
      }
      captured.numa[number] = node
    }
  }

  /// The bytes of a line of meminfo.
  private static func kibibytes(_ name: String, _ info: String) -> Int {
    for line in info.lines {
      guard let range = line.firstRange(of: name + ":") else { continue }
      return (Int(String(line[range.upperBound...]).words.first ?? "") ?? 0) * ByteCount.kibi
    }
    return 0
  }

  private mutating func readSwap() {
    var entries = SwapUnits.entries(text("/etc/fstab") ?? "").map { (spec: $0.path, path: path(ofSwap: $0.path)) }
    for line in (text("/proc/swaps") ?? "").lines.dropFirst() {
      let fields = String(line).words
      guard fields.count >= 5 else { continue }
      var area = SwapArea(
        path: fields[0], size: (Int(fields[2]) ?? 0) * ByteCount.kibi, isPartition: fields[1] == "partition")
      area.priority = Int(fields[4]) ?? -2
      if let index = entries.firstIndex(where: { $0.path == area.path }) {
        let spec = entries.remove(at: index).spec
        area.spec = spec == area.path ? nil : spec
      } else if area.path.hasPrefix("/dev/zram") {
        area.source = .zram
      } else {
        let unit = SwapUnits.name(area.path)
        area.source = names("/run/systemd/generator.late").contains(unit) ? .gpt : .none
      }
      captured.swap.append(area)
    }
    for (spec, path) in entries {
      var area = SwapArea(path: path, size: 0, isPartition: path.hasPrefix("/dev/"))
      area.spec = spec == path ? nil : spec
      area.isOn = false
      area.priority = -1
      captured.swap.append(area)
    }
  }

  private func path(ofSwap spec: String) -> String {
    for (tag, folder) in [("UUID=", "by-uuid"), ("LABEL=", "by-label"), ("PARTUUID=", "by-partuuid")]
    where spec.hasPrefix(tag) {
      return linkName("/dev/disk/\(folder)/\(spec.dropFirst(tag.count))").map { "/dev/\($0)" } ?? spec
    }
    return spec
  }

  private mutating func readModules() {
    let folder = "/lib/modules/\(captured.kernel.release)"
    for line in (text("\(folder)/modules.builtin") ?? "").lines { captured.modules.builtin.insert(Self.module(line)) }
    for line in (text("\(folder)/modules.dep") ?? "").lines {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard let name = parts.first else { continue }
      let depends = parts.count == 2 ? parts[1].split(separator: " ").map { Self.module($0) } : []
      captured.modules.available[Self.module(name)] = Module(depends: depends)
    }
    for line in (text("/proc/modules") ?? "").lines {
      guard let name = String(line).words.first else { continue }
      captured.modules.loaded.insert(name)
      if captured.modules.available[name] == nil { captured.modules.available[name] = Module() }
    }
    // Whoever loaded them does it again: udev, for a device, or a service. Of the others the rules of a boot know who does.
    captured.modules.atBoot = captured.modules.loaded.subtracting(OrdinaryModules.available(captured.kernel).keys)
    // What vfio asks for stands in no file.
    captured.modules.available["vfio"]?.requests = ["vfio_iommu_type1"]
    captured.modules.available["mlx5_core"]?.requests = ["mlx5_ib"]
    for (module, defaults) in OrdinaryModules.parameters where captured.modules.isPresent(module) {
      for (parameter, value) in defaults {
        if let now = text("/sys/module/\(module)/parameters/\(parameter)"), now != value {
          captured.modules.parameters[module, default: [:]][parameter] = now
        }
      }
    }
  }

  /// `kernel/drivers/vfio/pci/vfio-pci.ko.zst` is the module `vfio_pci`.
  private static func module(_ path: Substring) -> String {
    let file = path.split(separator: "/").last ?? path
    return String(file.prefix { $0 != "." }).moduleName
  }

  private mutating func readSysctls() {
    var known = OrdinarySysctls.values
    for values in OrdinaryModules.sysctls.values { known.merge(values) { $1 } }
    captured.sysctl = [:]
    for key in known.keys {
      if let value = text("/proc/sys/\(key)") { captured.sysctl[key] = value }
    }
    for key in OrdinarySysctls.computed { captured.sysctlAtBoot[key] = captured.sysctl[key] }
  }

  private mutating func readMounts() {
    let lines = (text("/proc/self/mountinfo") ?? "").lines
    guard !lines.isEmpty else { return }
    captured.mounts = []
    for line in lines {
      let fields = line.split(separator: " ").map(String.init)
      guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count >= dash + 3 else { continue }
      // Of an automount, which descriptor and pipe it has is another one at each boot.
      let options = (fields.count > dash + 3 ? fields[dash + 3] : "rw").split(separator: ",")
        .filter { !$0.hasPrefix("pipe_ino=") && !$0.hasPrefix("fd=") }.joined(separator: ",")
      captured.addMount(
        MountPoint(
          target: Self.unescaped(fields[4]), type: fields[dash + 1], source: Self.unescaped(fields[dash + 2]),
          options: options))
    }
  }

  private static func unescaped(_ text: String) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8) {
        bytes.append(code)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
