/**
 * A profile: a named answer to who we are and which Genesys Cloud we talk to. It holds no secret, only where the secret is
 * kept.
 */
import { HostUrl } from "@effect-genesys/auth/Environment"
import type { TokenOwner } from "@effect-genesys/auth/TokenEntry"
import * as Grant from "@effect-genesys/auth/Grant"
import * as Region from "@effect-genesys/auth/Region"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

/** The name of a profile, which is a file name too. */
export const nameExpected = "1 to 64 letters, digits, dots, dashes and underscores, with a letter or a digit first"
/** A schema of the name of a profile, which is the name of a file too. */
export const Name = Schema.String.check(
  Schema.isPattern(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/u, { expected: nameExpected })
)

/** `keyring`: the system's own store of secrets. `file`: sealed with a random key, in two files of this user. */
export const Place = Schema.Literals(["keyring", "file"])
export type Place = typeof Place.Type

/** Names a secret of the secret store. */
export const SecretRef = Schema.Struct({
  in: Place,
  id: Schema.String.check(Schema.isPattern(/^[0-9a-f]{32}$/))
})
export type SecretRef = typeof SecretRef.Type

/** A profile as its file has it: region, hosts, client id, and where the secret is kept. */
export class Profile extends Schema.Class<Profile>("@effect-genesys/program/Profile")({
  /** The AWS region. */
  region: Schema.Literals(Region.names),
  /** Base URLs that are not the region's. */
  loginUrl: Schema.optionalKey(HostUrl),
  apiUrl: Schema.optionalKey(HostUrl),
  clientId: Schema.NonEmptyString,
  /** How it gets its tokens: with the secret of an OAuth client, or by a person's login in a browser. */
  grant: Schema.Literals(["client_credentials", "web"]),
  /** The client's secret, or the refresh token that the login began with. Absent after `genesys logout`. */
  secret: Schema.optionalKey(SecretRef)
}) {}

/** What it shows the login host. */
export const grantOf = ({ clientId, grant }: Profile, secret: Redacted.Redacted): Grant.Grant =>
  grant === "web"
    ? new Grant.RefreshToken({ clientId, refreshToken: secret })
    : new Grant.ClientCredentials({ clientId, clientSecret: secret })

/** Whose its stored tokens are, unless the settings send it to another host. */
export const ownerOf = (profile: Profile, secret: Redacted.Redacted): TokenOwner => ({
  host: profile.loginUrl ?? Option.getOrElse(Region.find(profile.region), () => Region.defaultRegion).loginUrl,
  grant: grantOf(profile, secret)
})
