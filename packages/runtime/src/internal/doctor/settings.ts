/** The settings as the doctor looks at them: whether they can be used, and where each comes from. */
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import * as Transport from "@effect-genesys/client/Transport"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { aliases } from "../../Settings.ts"
import * as Check from "./check.ts"

const text = (name: string) =>
  Config.option(Config.String(name)).pipe(
    Effect.orElseSucceed(() => Option.none<string>()),
    Effect.map(Option.filter((found) => found !== ""))
  )

/** Where a setting comes from, as a person looks for it; none if it is not set. */
const sourceOf = Effect.fnUntraced(function* (name: string) {
  if (Option.isNone(yield* text(name))) return undefined
  const inEnvironment = [name, aliases.get(name) ?? name].find((one) => (process.env[one] ?? "") !== "")
  return inEnvironment === undefined ? `${name} in the file .env` : `${inEnvironment} in the environment`
})

const sources = (names: ReadonlyArray<string>, fallback: string) =>
  Effect.map(Effect.all(names.map(sourceOf)), (found) => {
    const set = found.filter((source) => source !== undefined)
    return set.length === 0 ? fallback : set.join(", ")
  })

export const credentials = Effect.gen(function* () {
  const built = yield* Effect.result(Layer.build(Credentials.layerConfigFile))
  if (Result.isFailure(built)) return { check: Check.failed("credentials", built.failure), value: undefined }
  const value = Context.get(built.success, Credentials)
  const { clientId } = yield* value.current
  const from = yield* sources(
    ["GENESYS_CLOUD_CLIENT_ID", "GENESYS_CLOUD_CLIENT_SECRET", "GENESYS_CLOUD_CLIENT_SECRET_FILE"],
    "a profile"
  )
  return { check: Check.ok("credentials", `client ${clientId} (${from})`), value }
})

export const hosts = Effect.gen(function* () {
  const built = yield* Effect.result(Layer.build(Environment.layerConfig))
  if (Result.isFailure(built)) return { check: Check.failed("hosts", built.failure), value: undefined }
  const value = Context.get(built.success, Environment)
  const urls = ["GENESYS_CLOUD_LOGIN_URL", "GENESYS_CLOUD_API_URL"]
  const from = yield* sources(["GENESYS_CLOUD_REGION", ...urls], "the default")
  const overridden = Option.isSome(yield* text(urls[0] ?? ""))
  const said = `region ${value.region.name}, ${value.loginUrl} and ${value.apiUrl} (${from})`
  return { check: Check.ok("hosts", said), value: { ...value, overridden } }
})

const proxyNames = ["HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"]
const certificateNames = ["GENESYS_CLOUD_CA_FILE", "GENESYS_CLOUD_CLIENT_CERT_FILE", "GENESYS_CLOUD_CLIENT_KEY_FILE"]

export const network = Effect.gen(function* () {
  const built = yield* Effect.result(Layer.build(Transport.layerConfig))
  if (Result.isFailure(built)) return { check: Check.failed("network", built.failure), value: undefined }
  const proxy = yield* sources(proxyNames, "")
  const certificates = yield* sources(certificateNames, "")
  const said = [
    proxy === "" ? "no proxy" : `a proxy (${proxy})`,
    certificates === "" ? "the certificates that Node trusts" : `certificates (${certificates})`
  ]
  return {
    check: Check.ok("network", said.join(", ")),
    value: { transport: built.success, hasProxy: proxy !== "" }
  }
})
