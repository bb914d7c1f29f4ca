public import Values

/// What systemd tells of a unit over D-Bus (`org.freedesktop.systemd1.Unit` and the interface of its type).
public struct UnitStatus: Sendable, Hashable {
  public var name: String
  /// `loaded`, `not-found`, `masked`, `bad-setting`, `error`.
  public var loadState: String
  /// `active`, `inactive`, `activating`, `deactivating`, `failed`, `reloading`.
  public var activeState: String
  public var subState: String
  /// `enabled`, `disabled`, `static`, `masked`, …; empty where there is no unit file.
  public var unitFileState: String
  public var fragmentPath: String
  public var dropInPaths: [String]
  public var needDaemonReload: Bool
  /// The main process; 0 where none runs.
  public var mainPID: Int
  /// When the main process started, in microseconds since the epoch; 0 if it never did.
  public var mainStarted: Int
  /// The properties that were asked for; a property that the unit's type does not have is absent.
  public var properties: ValueMap

  public init(
    name: String, loadState: String, activeState: String, subState: String, unitFileState: String, fragmentPath: String,
    dropInPaths: [String], needDaemonReload: Bool, mainPID: Int, mainStarted: Int, properties: ValueMap
  ) {
    self.name = name
    self.loadState = loadState
    self.activeState = activeState
    self.subState = subState
    self.unitFileState = unitFileState
    self.fragmentPath = fragmentPath
    self.dropInPaths = dropInPaths
    self.needDaemonReload = needDaemonReload
    self.mainPID = mainPID
    self.mainStarted = mainStarted
    self.properties = properties
  }
}

/// A job that systemd runs for a unit.
public enum UnitJob: String, Sendable { case start, stop, restart }
