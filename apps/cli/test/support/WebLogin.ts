/** A login in a browser, driven as one would: the address that is printed is opened, and its redirect followed. */
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as Process from "../../../worker/test/support/Process.ts"
import type * as Person from "./Person.ts"
import * as Programs from "./Programs.ts"

export const simulator = (port: number) =>
  Simulator.layer({
    tokenLifetime: 3600,
    clients: [
      {
        id: "web-client",
        secret: Redacted.make("not-used-by-pkce"),
        grants: ["code"],
        redirectUris: [`http://127.0.0.1:${port}/callback`]
      }
    ]
  })

export const get = (url: string | URL, init?: RequestInit) =>
  Effect.promise(async () => {
    const response = await fetch(url, { redirect: "manual", ...init })
    return { status: response.status, headers: response.headers, text: await response.text() }
  })

/** Starts the login, and answers the address that it prints. */
export const begin = Effect.fnUntraced(function* (
  person: Person.Person,
  port: number,
  env: Process.Env,
  ...args: ReadonlyArray<string>
) {
  const { url } = yield* Simulator
  const program = yield* Programs.start(
    "genesys",
    ["login", "--web", "--client-id", "web-client", "--port", String(port), "--no-browser", ...args],
    { env: { ...person.env, GENESYS_CLOUD_LOGIN_URL: url, GENESYS_CLOUD_API_URL: url, ...env } }
  )
  const { stderr } = yield* program.until(/\/oauth\/authorize\?\S+\n/)
  return { program, address: new URL(/http\S+\/oauth\/authorize\?\S+/.exec(stderr)![0]) }
})
