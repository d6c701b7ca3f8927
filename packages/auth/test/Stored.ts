/** What the tests of token stores put into them, and how they look at it. */
import { NodeCrypto, NodeServices } from "@effect/platform-node"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { AccessToken } from "../src/AccessToken.ts"
import { TokenEntry, type TokenOwner } from "../src/TokenEntry.ts"
import { TokenStore } from "../src/TokenStore.ts"
import * as Host from "./LoginHost.ts"

export const owner = (secret = Host.secret): TokenOwner => ({
  host: "https://login.mypurecloud.com",
  grant: Host.grant(secret)
})

export const entry = (value: string) =>
  new TokenEntry({
    token: new AccessToken({
      value: Redacted.make(value),
      fingerprint: `print-of-${value}`,
      issuedAt: DateTime.makeUnsafe(1_000),
      expiresIn: Duration.seconds(300)
    }),
    outcome: { at: DateTime.makeUnsafe(1_000), result: "issued", message: "" },
    failures: 0
  })

export const put = (of: TokenOwner, value: string) =>
  Effect.flatMap(TokenStore, (store) => store.modify(of, () => Effect.succeed([undefined, entry(value)] as const)))

export const read = (of: TokenOwner) =>
  Effect.flatMap(TokenStore, (store) => store.get(of)).pipe(
    Effect.map((found) => Option.getOrUndefined(Option.map(found, ({ token }) => token && Redacted.value(token.value))))
  )

export const newDirectory = () => join(fs.mkdtempSync(join(tmpdir(), "genesys-store-")), "tokens")

export const layerFile = (directory: string) =>
  TokenStore.layerFile({ directory }).pipe(Layer.provide(NodeCrypto.layer), Layer.provide(NodeServices.layer))
