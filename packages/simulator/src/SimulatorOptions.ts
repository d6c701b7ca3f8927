/**
 * The options of a simulator, each said once, with its unit and default. Every one may be left out: the defaults behave like
 * a Genesys Cloud org with one client-credentials client.
 */
import * as Schema from "effect/Schema"
import * as AnalyticsOptions from "./AnalyticsOptions.ts"
import { option, optional, Positive, Share } from "./internal/shared/option.ts"
import * as Limits from "./Limits.ts"
import { OAuthClient } from "./OAuthClient.ts"
import { OAuthOptions } from "./OAuthOptions.ts"
import { ProgramOptions } from "./ProgramOptions.ts"
import * as OrgOptions from "./OrgOptions.ts"
import { Scenario } from "./Scenario.ts"

/** All options of a simulator. Each may be left out. */
export const SimulatorOptions = Schema.Struct({
  ...ProgramOptions.fields,
  clients: optional(
    Schema.NonEmptyArray(OAuthClient),
    "The OAuth clients, of which the first is the default client; if left out, one that is computed from the seed"
  ),
  wrongSecretStatus: option(
    Schema.Literals([400, 401]),
    400,
    "The status that answers a wrong secret; not settled for Genesys"
  ),
  oauth: option(OAuthOptions, {}, "What else is not settled about the login host, and differs between orgs"),
  organizationName: option(
    Schema.NonEmptyString,
    "Your Company",
    "What the org is called: by `tokens/me`, and by the `orgName` of a SAML2 bearer grant"
  ),
  ...Limits.fields,
  users: option(Positive, 200, "How many users the org has, the well-known one included"),
  // terraform-provider-genesyscloud #1276 for `inactive`; for `deleted` and `any` it is not settled.
  userListLimit: option(
    Positive,
    10_000,
    "How far the pages of users in another state than `active` reach: one beyond is refused with 400"
  ),
  listChanges: option(
    Share,
    0.1,
    "The share of each list of the org, but users and queues, that comes and goes, and that is renamed"
  ),
  listPeriod: option(Positive, 604_800, "Seconds after which that happens to each of them again"),
  ...AnalyticsOptions.fields,
  ...OrgOptions.fields,
  scenario: option(Scenario, [], "What shall happen at which second of its run"),
  journalSize: option(
    Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
    10_000,
    "How many requests, tokens and rate windows the journal keeps; its counts are kept for ever"
  )
})
export type SimulatorOptions = (typeof SimulatorOptions)["~type.make.in"]
