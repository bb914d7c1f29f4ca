/// How people see that a step is a site's, not the shipped runbook's.
enum StepOrigin {
  /// Stands behind the step's name; empty for a step of the runbook itself.
  static func text(_ origin: String?) -> String {
    switch origin {
    case "added": "  (the site's)"
    case "replaced": "  (the site's, in place of the shipped one)"
    default: ""
    }
  }
}
