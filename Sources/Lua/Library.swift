/// What a script finds besides itself.
public struct Library {
  /// What `require` finds, by the module's name.
  public var module: Interpreter.ModuleFinder
  /// The names of the modules right below a folder, for `modules_in`.
  public var modules: (_ folder: String) -> [String]
  /// The runbook that a script extends, by its name.
  public var base: (_ name: String) -> Chunk?
  /// The names of that runbook's steps; nil where only running it can tell.
  public var steps: (_ name: String) -> [String]?

  public init(
    module: @escaping Interpreter.ModuleFinder = { _ in nil }, modules: @escaping (String) -> [String] = { _ in [] },
    base: @escaping (String) -> Chunk? = { _ in nil }, steps: @escaping (String) -> [String]? = { _ in nil }
  ) {
    self.module = module
    self.modules = modules
    self.base = base
    self.steps = steps
  }
}
