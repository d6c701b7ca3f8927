import { assert, describe, it } from "@effect/vitest"
import * as ConnectionFailure from "../src/ConnectionFailure.ts"

const failed = (code: string, message = "what happened", cause?: unknown) =>
  Object.assign(new Error(message, { cause }), { code })

describe("ConnectionFailure.explain", () => {
  // Those that no test brings about with real connections; the others are in the client's Network.test.ts.
  const codes: ReadonlyArray<readonly [string, RegExp]> = [
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", /GENESYS_CLOUD_CA_FILE/],
    ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", /GENESYS_CLOUD_CA_FILE/],
    ["SELF_SIGNED_CERT_IN_CHAIN", /GENESYS_CLOUD_CA_FILE/],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", /GENESYS_CLOUD_CA_FILE/],
    ["CERT_NOT_YET_VALID", /clock/],
    ["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", /GENESYS_CLOUD_CLIENT_CERT_FILE/],
    ["ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE", /GENESYS_CLOUD_CLIENT_CERT_FILE/],
    ["ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", /GENESYS_CLOUD_CLIENT_CERT_FILE/],
    ["ETIMEDOUT", /HTTPS_PROXY/],
    ["UND_ERR_CONNECT_TIMEOUT", /HTTPS_PROXY/],
    ["UND_ERR_HEADERS_TIMEOUT", /The proxy did not answer/]
  ]
  for (const [code, advice] of codes) {
    it(`knows ${code}, also where fetch wraps it`, () => {
      for (const cause of [failed(code), new TypeError("fetch failed", { cause: failed(code) })]) {
        const { advice: found, detail } = ConnectionFailure.explain(cause)
        assert.match(found ?? "", advice)
        assert.strictEqual(detail, "what happened")
      }
    })
  }

  it("says nothing of what it does not know, and makes one line of it", () => {
    assert.deepStrictEqual(ConnectionFailure.explain(failed("ESTRANGE", "one\n  two")), {
      detail: "one two",
      advice: undefined
    })
    assert.deepStrictEqual(ConnectionFailure.explain("a string"), { detail: "", advice: undefined })
    assert.strictEqual(ConnectionFailure.explain(new AggregateError([], "")).detail, "")
    assert.strictEqual(ConnectionFailure.explain(failed("ECONNREFUSED", "")).detail, "ECONNREFUSED")
  })

  it("comes to an end where errors wrap each other", () => {
    const error = failed("ESTRANGE", "round and round")
    error.cause = error
    assert.strictEqual(ConnectionFailure.explain(error).detail, "round and round")
  })

  it("names the proxy instead of what happened to it", () => {
    const cause = failed("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:3128")
    const proxy = new ConnectionFailure.ProxyError({ message: "the proxy p:3128: refused", code: cause.code, cause })
    assert.deepStrictEqual(ConnectionFailure.explain(proxy), {
      detail: "the proxy p:3128: refused",
      advice: "Check HTTPS_PROXY, or name the host in NO_PROXY if it can be reached without the proxy."
    })
  })
})
