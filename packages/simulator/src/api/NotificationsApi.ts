/**
 * `/api/v2/notifications/channels`: channels, and the topics that they are subscribed to. The events come by the WebSocket
 * that a channel's `connectUri` names.
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { Authorization, BodyCheck } from "./Authorization.ts"
import { NotFound } from "./ErrorBody.ts"

/** A channel, and where its events come from. */
export const Channel = Schema.Struct({
  id: Schema.String,
  connectUri: Schema.String,
  /** 24 hours after it was made, or after the last change of its topics. */
  expires: Schema.String
})
/** The channels of a client. */
export const ChannelListing = Schema.Struct({ entities: Schema.Array(Channel) })

/** Such as `v2.users.{id}.presence`, with the id filled in. */
const Topic = Schema.Struct({ id: Schema.NonEmptyString })

/** No more than this many topics on a channel. */
export const mostTopics = 1000
/** Topics to subscribe to. */
export const Topics = Schema.Array(Topic).check(Schema.isMaxLength(mostTopics))

const Subscription = Schema.Struct({
  id: Schema.String,
  state: Schema.Literals(["Permitted", "Rejected"]),
  rejectionReason: Schema.optionalKey(Schema.String),
  missingPermissions: Schema.optionalKey(Schema.Array(Schema.String)),
  selfUri: Schema.String
})
/** The topics that a channel is subscribed to. */
export const SubscriptionListing = Schema.Struct({ entities: Schema.Array(Subscription) })

/** A topic that there is. */
export const AvailableTopic = Schema.Struct({
  id: Schema.String,
  description: Schema.optionalKey(Schema.String),
  requiresPermissions: Schema.optionalKey(Schema.Array(Schema.String)),
  transports: Schema.optionalKey(Schema.Array(Schema.String))
})
/** All topics that there are. */
export const AvailableTopicListing = Schema.Struct({ entities: Schema.Array(AvailableTopic) })

const channels = "/api/v2/notifications/channels"
const subscriptions = `${channels}/:channelId/subscriptions` as const
const params = { channelId: Schema.String }
/** With `true`, topics that are not permitted are rejected, and the others go on; else they cost a 403. */
const query = { ignoreErrors: Schema.optionalKey(Schema.Literals(["true", "false"])) }

/** The endpoints of channels and topics. */
export class NotificationsApi extends HttpApiGroup.make("notifications")
  .add(
    /** What is in `expand` is left out otherwise. */
    HttpApiEndpoint.get("availableTopics", "/api/v2/notifications/availabletopics", {
      query: { expand: Schema.optionalKey(Schema.Union([Schema.String, Schema.Array(Schema.String)])) },
      success: AvailableTopicListing
    }),
    HttpApiEndpoint.post("create", channels, { success: Channel }),
    HttpApiEndpoint.get("list", channels, {
      /** `token` (the default) lists the channels of this token, `oauthclient` those of all tokens of the client. */
      query: { includechannels: Schema.optionalKey(Schema.Literals(["token", "oauthclient"])) },
      success: ChannelListing
    }),
    HttpApiEndpoint.head("verify", `${channels}/:channelId`, {
      params,
      success: HttpApiSchema.Empty(200),
      error: NotFound
    }),
    HttpApiEndpoint.get("subscriptions", subscriptions, { params, success: SubscriptionListing, error: NotFound }),
    HttpApiEndpoint.post("subscribe", subscriptions, {
      params,
      query,
      payload: Topics,
      success: SubscriptionListing,
      error: NotFound
    }),
    HttpApiEndpoint.put("replace", subscriptions, {
      params,
      query,
      payload: Topics,
      success: SubscriptionListing,
      error: NotFound
    }),
    HttpApiEndpoint.delete("unsubscribe", subscriptions, {
      params,
      success: HttpApiSchema.Empty(200),
      error: NotFound
    })
  )
  .middleware(BodyCheck)
  .middleware(Authorization) {}
