/** The note of what is left of a rate limit is read like every other file: only if it is one, and nobody else could have written it. */
import { assert, it } from "@effect/vitest"
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import * as Grant from "@effect-genesys/auth/Grant"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { execFileSync } from "node:child_process"
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as BudgetNote from "../../src/calls/BudgetNote.ts"
import * as Settings from "@effect-genesys/program/Settings"

const fingerprint = "0123456789ab"
const note = JSON.stringify({ fingerprint, budgets: [{ kind: "*", allowed: 300, used: 7 }] })
const who = Layer.merge(
  Credentials.layer(new Grant.ClientCredentials({ clientId: "a", clientSecret: Redacted.make("b") })),
  Environment.layer({ loginUrl: "http://127.0.0.1:1", apiUrl: "http://127.0.0.1:1" })
)

it.live.skipIf(process.platform === "win32")("a note that is none, or may be another user's, is not read", () =>
  Effect.gen(function* () {
    const cache = mkdtempSync(join(tmpdir(), "genesys-note-"))
    const sources = {
      environment: ConfigProvider.fromEnvRecord({ XDG_CACHE_HOME: cache }),
      file: ConfigProvider.fromEnvRecord({})
    }
    const read = BudgetNote.read(fingerprint).pipe(
      Effect.provide([NodeServices.layer, who]),
      Effect.provideService(Settings.Sources, sources),
      Effect.timeout("20 seconds")
    )
    const folder = join(cache, "effect-genesys", "budgets")
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const asked = yield* BudgetNote.place.pipe(
      Effect.provide([NodeServices.layer, who]),
      Effect.provideService(Settings.Sources, sources)
    )
    const file = asked._tag === "Some" ? asked.value : ""
    const put = (make: () => unknown) => {
      for (const name of readdirSync(folder)) rmSync(join(folder, name))
      make()
    }
    put(() => writeFileSync(file, note, { mode: 0o600 }))
    assert.deepStrictEqual(
      (yield* read).map(({ used }) => used),
      [0]
    )
    const elsewhere = join(mkdtempSync(join(tmpdir(), "genesys-note-")), "note")
    writeFileSync(elsewhere, note)
    chmodSync(elsewhere, 0o666)
    for (const make of [
      () => execFileSync("mkfifo", [file]),
      () => symlinkSync(elsewhere, file),
      () => {
        writeFileSync(file, note)
        truncateSync(file, 2 ** 33)
      }
    ]) {
      put(make)
      assert.deepStrictEqual(yield* read, [])
    }
  })
)
