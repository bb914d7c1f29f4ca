import Testing
import Values

@testable import Primitives

struct DockerConfigTests {
  private let config = DockerConfig(server: "download.6wind.com", username: "me", password: #"p"ä:w"#)

  private func secret(_ json: String, type: String = DockerConfig.secretType) -> Value {
    ["type": .string(type), "data": [DockerConfig.key: .string(Base64.encode(Array(json.utf8)))]]
  }

  @Test func itHoldsWhatItMakes() {
    #expect(config.isHeld(by: ["type": .string(DockerConfig.secretType), "data": config.data]))
  }

  @Test func otherWordsForTheSame() {
    let auth = Base64.encode(Array(#"me:p"ä:w"#.utf8))
    #expect(config.isHeld(by: secret(#"{"auths":{"download.6wind.com":{"auth":"\#(auth)"},"other":{}}}"#)))
    #expect(
      config.isHeld(
        by: secret(#"{"auths":{"download.6wind.com":{"username":"me","password":"p\"ä:w","email":"x"}}}"#)))
  }

  @Test func whatSaysSomethingElse() {
    let auth = Base64.encode(Array(#"me:p"ä:w"#.utf8))
    for json in [
      "", "{}", "[]", "null", #"{"auths":null}"#, #"{"auths":{"other":{"auth":"\#(auth)"}}}"#,
      #"{"auths":{"download.6wind.com":{"username":"me","password":"old","auth":"\#(auth)"}}}"#,
      #"{"auths":{"download.6wind.com":{"username":"you","auth":"\#(auth)"}}}"#,
    ] {
      #expect(!config.isHeld(by: secret(json)), "\(json)")
    }
    #expect(!config.isHeld(by: ["type": "Opaque", "data": config.data]))
    #expect(!config.isHeld(by: ["type": .string(DockerConfig.secretType), "data": [DockerConfig.key: "%"]]))
    #expect(!config.isHeld(by: ["type": .string(DockerConfig.secretType)]))
  }

  @Test func everyFormOfTheSecretIsKnown() {
    let texts = [config.data[DockerConfig.key]?.string ?? "", Base64.encode(Array(#"me:p"ä:w"#.utf8)), #"p"ä:w"#]
    for text in texts { #expect(config.secrets.contains(text)) }
    #expect(config.secrets.contains(#""p\"ä:w""#))
  }
}
