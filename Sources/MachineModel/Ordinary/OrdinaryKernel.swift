extension OperatingSystem {
  /// The kernel that the system's release came with.
  var ordinaryKernel: String {
    switch (id, version) {
    case ("debian", "11"): "5.10.0-32-amd64"
    case ("debian", "12"): "6.1.0-28-amd64"
    case ("debian", _): "6.12.0-1-amd64"
    case ("ubuntu", "22.04"): "5.15.0-126-generic"
    case ("ubuntu", "24.04"): "6.8.0-49-generic"
    default: "5.4.0-216-generic"
    }
  }
}
