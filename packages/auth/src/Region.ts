/**
 * The regions of Genesys Cloud, by the name of their AWS region and by their domain, and the hosts that follow from
 * them. Only these are known: a host that is not in the table comes from `GENESYS_CLOUD_LOGIN_URL` and
 * `GENESYS_CLOUD_API_URL`.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as Struct from "effect/Struct"

/** AWS region → domain, from Genesys' list of regions and the official SDKs. */
const table = {
  "us-east-1": "mypurecloud.com",
  "us-east-2": "use2.us-gov-pure.cloud",
  "us-west-2": "usw2.pure.cloud",
  "ca-central-1": "cac1.pure.cloud",
  "mx-central-1": "mxc1.pure.cloud",
  "sa-east-1": "sae1.pure.cloud",
  "eu-west-1": "mypurecloud.ie",
  "eu-west-2": "euw2.pure.cloud",
  "eu-central-1": "mypurecloud.de",
  "eu-central-2": "euc2.pure.cloud",
  "eusc-de-east-1": "edee1.eusc-pure.cloud",
  "me-central-1": "mec1.pure.cloud",
  "ap-south-1": "aps1.pure.cloud",
  "ap-southeast-1": "apse1.pure.cloud",
  "ap-southeast-2": "mypurecloud.com.au",
  "ap-northeast-1": "mypurecloud.jp",
  "ap-northeast-2": "apne2.pure.cloud",
  "ap-northeast-3": "apne3.pure.cloud"
} as const

/** The AWS region of a Genesys Cloud, such as `eu-central-1`. */
export type RegionName = keyof typeof table

/** The names of all regions, in the table's order. */
export const names: ReadonlyArray<RegionName> = Struct.keys(table)

/** Their domains, in the same order. */
export const domains: ReadonlyArray<string> = Object.values(table)

/** A region of Genesys Cloud, by its AWS region and its domain, with the hosts that follow from them. */
export class Region extends Data.Class<{
  /** The AWS region, such as `eu-central-1`. */
  readonly name: RegionName
  /** The domain that the hosts are made of, such as `mypurecloud.de`. */
  readonly domain: string
}> {
  /** The host that issues tokens. */
  get loginUrl(): string {
    return `https://login.${this.domain}`
  }
  /** The host of the API. */
  get apiUrl(): string {
    return `https://api.${this.domain}`
  }
}

const all = names.map((name) => new Region({ name, domain: table[name] }))

/** The region where nothing else is said: `us-east-1`. */
export const defaultRegion: Region = all[0]!

/** `us_east_1`, as the official SDKs have it, and `US East 1` mean what `us-east-1` does. */
const letters = (name: string) => name.replaceAll(/[\s_-]/g, "")

/** The domain of an address that people copy from somewhere: `https://api.mypurecloud.de/api/v2`, `apps.mypurecloud.de:443`. */
const domainIn = (text: string) =>
  text
    .replace(/^(?:https?|wss?):\/\//, "")
    .replace(/(?::\d+)?(?:[/?#].*)?$/s, "")
    .replace(/^(?:api|apps|login|streaming|www)\./, "")
    .replace(/\.$/, "")

/**
 * Finds a region by its name (`us-east-1`, `us_east_1`) or its domain (`mypurecloud.com`, also in the address of one of its hosts),
 * in any case. What is found is always one of the table: an address says no more than which.
 */
export const find = (text: string): Option.Option<Region> => {
  const wanted = text.trim().toLowerCase()
  const domain = domainIn(wanted)
  return Option.fromUndefinedOr(
    all.find((region) => letters(region.name) === letters(wanted) || region.domain === domain)
  )
}

/** What a region looks like, for error messages. */
export const expected = `an AWS region of Genesys Cloud (${names.join(", ")}) or its domain, such as mypurecloud.de`

/** A region as people write it: its AWS name or its domain. */
export const RegionFromString: Schema.Codec<Region, string> = Schema.String.pipe(
  Schema.decodeTo(
    Schema.instanceOf(Region),
    SchemaTransformation.transformEffect({
      decode: (text: string, options) =>
        Option.match(find(text), {
          onNone: () => Effect.fail(new SchemaIssue.InvalidValue({ expected }, text, options)),
          onSome: Effect.succeed
        }),
      encode: (region: Region) => Effect.succeed(region.name)
    })
  )
)
