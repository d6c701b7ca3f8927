/**
 * What there is in the org, by list and by id: users, queues, and the org itself. Users by name or address: see UsersApi.ts.
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Schema from "effect/Schema"
import { Authorization, BodyCheck } from "./Authorization.ts"
import { NotFound } from "./ErrorBody.ts"
import { listing, pageQuery, Several } from "./Paging.ts"
import { AnyPermission, Permissions } from "./Permissions.ts"
import { User } from "./UsersApi.ts"

/** Whether a user is there. */
export const Presence = Schema.Struct({
  id: Schema.String,
  source: Schema.Literal("PURECLOUD"),
  primary: Schema.Boolean,
  presenceDefinition: Schema.Struct({ id: Schema.String, systemPresence: Schema.String, selfUri: Schema.String }),
  message: Schema.String,
  modifiedDate: Schema.String,
  selfUri: Schema.String
})

/** Whether a user takes interactions from queues now. */
export const RoutingStatus = Schema.Struct({
  userId: Schema.String,
  status: Schema.Literals(["OFF_QUEUE", "IDLE", "INTERACTING", "COMMUNICATING", "NOT_RESPONDING"]),
  startTime: Schema.String
})

/** A user with the fields that `expand` asked for. */
export const ExpandedUser = Schema.Struct({
  ...User.fields,
  presence: Schema.optionalKey(Presence),
  routingStatus: Schema.optionalKey(RoutingStatus)
})

/** A queue. */
export const Queue = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  division: User.fields.division,
  memberCount: Schema.Int,
  selfUri: Schema.String
})

/** The org. */
export const Organization = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  defaultLanguage: Schema.String,
  thirdPartyOrgName: Schema.String,
  domain: Schema.String,
  version: Schema.Int,
  state: Schema.Literal("active"),
  features: Schema.Record(Schema.String, Schema.Boolean),
  selfUri: Schema.String
})

/** A page of users. */
export const UserListing = listing(ExpandedUser)
/** A page of queues. */
export const QueueListing = listing(Queue)

const userState = Schema.optionalKey(Schema.Literals(["active", "inactive", "deleted", "any"]))
const sortOrder = Schema.optionalKey(Schema.Literals(["ASC", "DESC", "asc", "desc"]))

/** Which endpoints of Genesys accept one of several permissions is not settled; here those of the queues do. */
const queuePermissions = ["routing:queue:view", "routing:queue:search"]

/** The endpoints of users, queues and the org. */
export class DirectoryApi extends HttpApiGroup.make("directory")
  .add(
    HttpApiEndpoint.get("users", "/api/v2/users", {
      /** `state` is `active` unless said. `expand` knows `presence` and `routingStatus`; `id` picks users. */
      query: { ...pageQuery, state: userState, sortOrder, expand: Several, id: Several },
      success: UserListing
    }).annotate(Permissions, ["directory:user:view"]),
    /** Whom a token of the code grants stands for; one of client credentials stands for nobody, and is refused. */
    HttpApiEndpoint.get("me", "/api/v2/users/me", { query: { expand: Several }, success: ExpandedUser }),
    HttpApiEndpoint.get("user", "/api/v2/users/:userId", {
      params: { userId: Schema.String },
      query: { expand: Several },
      success: ExpandedUser,
      error: NotFound
    }).annotate(Permissions, ["directory:user:view"]),
    HttpApiEndpoint.get("queues", "/api/v2/routing/queues", {
      /** `name` may begin and end with an asterisk. Sorted by name. */
      query: { ...pageQuery, sortOrder, name: Schema.optionalKey(Schema.String), id: Several },
      success: QueueListing
    }).annotate(AnyPermission, queuePermissions),
    HttpApiEndpoint.get("queue", "/api/v2/routing/queues/:queueId", {
      params: { queueId: Schema.String },
      success: Queue,
      error: NotFound
    }).annotate(AnyPermission, queuePermissions),
    HttpApiEndpoint.get("organization", "/api/v2/organizations/me", { success: Organization })
  )
  .middleware(BodyCheck)
  .middleware(Authorization) {}
