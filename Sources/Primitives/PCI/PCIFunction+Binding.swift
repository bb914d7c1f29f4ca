import Host

/// The writes by which a function changes its driver.
extension PCIFunction {
  /// Sets the driver that alone may take the function; nil lets any.
  func setOverride(_ driver: String?) async throws {
    // A newline clears it.
    try await host.writeAttribute("\(address.path)/driver_override", driver ?? "\n")
  }

  /// Takes the function from its driver, if it has one.
  func unbind() async throws {
    guard try driver != nil else { return }
    try await host.writeAttribute("\(address.path)/driver/unbind", address.text)
  }

  /// Lets the kernel look for a driver.
  func probe() async throws {
    do {
      try await host.writeAttribute("/sys/bus/pci/drivers_probe", address.text)
    } catch {
      // Its subject is the bus: say which function it was about.
      guard case .system = error.reason else { throw error }
      throw PrimitiveError("no driver could be looked for to bind \(address): \(error)")
    }
  }
}
