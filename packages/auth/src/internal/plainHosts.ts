/** The hosts of `GENESYS_CLOUD_ALLOW_HTTP`: each as it stands in a URL, alone for all of its ports or with one, and nothing that means several. */
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import { settingNames } from "@effect-genesys/core/SettingNames"
import * as Effect from "effect/Effect"

const form = /^([a-z0-9](?:[a-z0-9._-]*[a-z0-9_-])?|\[[0-9a-f:.]+\])(?::([1-9]\d{0,4}))?$/

/** A host that a URL writes in another way, such as `0x7f.1`, would never be found, or be another one than it looks like. */
const isHost = (text: string): boolean => {
  const [, host, port = "1"] = form.exec(text) ?? []
  if (host === undefined || Number(port) > 65_535) return false
  const url = `http://${host}`
  return URL.canParse(url) && new URL(url).hostname === host
}

const expected =
  "hosts with commas between them, such as simulator:8080 or simulator for each of its ports; no wildcards, no URLs"

/** None of them is in an error. */
export const decode = (text: string): Effect.Effect<ReadonlyArray<string>, ConfigurationError> => {
  const setting = settingNames.allowHttp
  const hosts = text.split(",").map((host) => host.trim().toLowerCase())
  return hosts.every(isHost)
    ? Effect.succeed(hosts)
    : Effect.fail(new ConfigurationError({ setting, message: `${setting} is not valid: it must be ${expected}.` }))
}

/** With its port. */
export const nameOf = ({ hostname, port }: URL): string => `${hostname}:${port === "" ? "80" : port}`

export const includes = (hosts: ReadonlyArray<string>, url: URL): boolean =>
  hosts.includes(url.hostname) || hosts.includes(nameOf(url))
