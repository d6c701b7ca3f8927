/**
 * The system's keyring: Keychain on macOS, the Credential Manager on Windows, the Secret Service (GNOME Keyring, KWallet,
 * KeePassXC) on Linux. Never the kernel's keyring, which forgets everything at the next start of the machine.
 */
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { settingNames } from "@effect-genesys/core/Settings"
import type { Vault } from "../Vault.ts"

const service = "effect-genesys"

/** A keyring that waits for somebody to unlock it must not hold up a script for ever. */
const patience = "60 seconds"

type Entry = InstanceType<(typeof import("@napi-rs/keyring"))["AsyncEntry"]>

const entry = <A>(id: string, use: (entry: Entry, signal: AbortSignal) => Promise<A>) =>
  Effect.tryPromise({
    // Loaded only when a secret is in it: it is a native module.
    try: async (signal) => {
      const { AsyncEntry } = await import("@napi-rs/keyring")
      return use(new AsyncEntry(service, id, { linux: { store: "secret-service" } }), signal)
    },
    catch: (error) => unusable(error instanceof Error ? error.message : "it gives no reason")
  }).pipe(
    Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.fail(unusable(`it was silent for ${patience}`)) })
  )

const unusable = (reason: string) =>
  new ConfigurationError({
    setting: settingNames.secretStore,
    message: `The system's keyring cannot be used: ${reason.replace(/\.$/, "")}. Unlock it, or set GENESYS_CLOUD_SECRET_STORE=file and log in again.`
  })

export const vault: Vault = {
  get: (id) =>
    Effect.map(
      entry(id, (found, signal) => found.getPassword(signal)),
      (secret) => Option.map(Option.fromNullishOr(secret), (text) => Redacted.make(text))
    ),
  put: (id, secret) => entry(id, (found, signal) => found.setPassword(Redacted.value(secret), signal)),
  remove: (id) => Effect.asVoid(entry(id, (found, signal) => found.deletePassword(signal)))
}
