/** A user as the API shows it. Every field but the id may be absent: which ones are there depends on the user and on `expand`. */
import * as Schema from "effect/Schema"
import * as Field from "./internal/field.ts"

/** Something with an id and, mostly, a name. */
export const Reference = Schema.Struct({ id: Field.text, name: Field.text, selfUri: Field.text })

/** An address or a telephone number. */
export const Contact = Schema.Struct({
  address: Field.text,
  display: Field.text,
  extension: Field.text,
  countryCode: Field.text,
  /** Such as `EMAIL` or `PHONE`. */
  mediaType: Field.text,
  /** Such as `PRIMARY` or `WORK`. */
  type: Field.text,
  integration: Field.text
})

/** Whether somebody is there, as the user has said it. */
export const Presence = Schema.Struct({
  presenceDefinition: Field.field(Schema.Struct({ id: Field.text, systemPresence: Field.text })),
  message: Field.text,
  modifiedDate: Field.date
})

/** Whether a user takes interactions from queues now. */
export const RoutingStatus = Schema.Struct({
  /** Such as `OFF_QUEUE` or `IDLE`. */
  status: Field.text,
  startTime: Field.date
})

/** Fields that are not named here are dropped; `Users.listAllRaw` keeps them. */
export class User extends Schema.Class<User>("@effect-genesys/client/User")({
  id: Schema.String,
  name: Field.text,
  division: Field.field(Reference),
  chat: Field.field(Schema.Struct({ jabberId: Field.text })),
  department: Field.text,
  email: Field.text,
  primaryContactInfo: Field.field(Schema.Array(Contact)),
  addresses: Field.field(Schema.Array(Contact)),
  /** `active`, `inactive` or `deleted`. */
  state: Field.text,
  title: Field.text,
  username: Field.text,
  /** Counts the changes. */
  version: Field.number,
  selfUri: Field.text,
  // These come with `expand` only; those without a schema as they are.
  presence: Field.field(Presence),
  routingStatus: Field.field(RoutingStatus),
  authorization: Field.json,
  conversationSummary: Field.json,
  employerInfo: Field.json,
  geolocation: Field.json,
  groups: Field.json,
  languages: Field.json,
  locations: Field.json,
  outOfOffice: Field.json,
  profileSkills: Field.json,
  skills: Field.json,
  station: Field.json,
  team: Field.json
}) {}
