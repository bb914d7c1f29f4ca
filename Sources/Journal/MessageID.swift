/// The `MESSAGE_ID` of each type of record: how `journalctl MESSAGE_ID=…` finds them, and how `journalctl -x` finds their
/// entries in `vsrrun.catalog`. They never change.
public enum MessageID {
  /// 32 lower-case hexadecimal digits for a record of this type; nil for a type without a catalog entry.
  public static func of(_ type: String) -> String? { all[type] }

  static let all: [String: String] = [
    "run.started": "5bb8a7e1c1074f3e85930435e9a4788b",
    "run.finished": "3248964f39254255b56b87b5d6758cda",
    "step.started": "019ecfad82b34cecbdc26f5825ca459c",
    "step.finished": "47a2c3cc28d94086a629baf3c0d3de8d",
    "intent": "f54916d834de4357936dc0d7c3bb5255",
    "effect": "f1dfd6e181a44f509050dce31330aee1",
    "checkpoint": "41dae36d2c8642b9875fc4a57617dfe5",
    "note": "b2a66916161c46459af5987ada0a65d6",
  ]
}
