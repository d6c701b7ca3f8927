/**
 * The control API of the simulator itself: faults, revocation, changes of a client, and the journal. It answers only callers
 * on this machine that are not a browser page. It is neither rate limited nor in the journal.
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as Schema from "effect/Schema"
import { Fault } from "../Fault.ts"
import { Journal } from "../Journal.ts"
import { Limits, LimitsChange } from "../Limits.ts"
import { ClientChange } from "../OAuthClient.ts"
import { BodyCheck } from "./Authorization.ts"
import { Forbidden, NotFound } from "./ErrorBody.ts"

/** Refuses peers elsewhere, foreign `Host` headers (DNS rebinding) and requests with an `Origin` (web pages). */
export class LocalOnly extends HttpApiMiddleware.Service<LocalOnly>()("@effect-genesys/simulator/LocalOnly", {
  error: Forbidden
}) {}

/** How far the clock of the simulator is set forward. */
export const ClockChange = Schema.Struct({
  /** Tokens expire, windows end and conversations go on as if so many seconds had passed. */
  advanceSeconds: Schema.Finite.check(Schema.isGreaterThan(0))
})

/** When the open WebSockets are closed. */
export const SocketsClosing = Schema.Struct({
  /** The open WebSockets announce their end, and are closed so many seconds later. */
  afterSeconds: Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
})

/** Of an item of a list, by its id; of a member, `{id of the queue, group or team}:{id of the user}`. */
export const ItemChange = Schema.Struct({
  /** It is not listed any more; or again, if it is false. */
  deleted: Schema.optionalKey(Schema.Boolean),
  name: Schema.optionalKey(Schema.NonEmptyString)
})
export type ItemChange = typeof ItemChange.Type

/** The simulator's clock, ISO 8601. */
export const ClockView = Schema.Struct({ now: Schema.String })

/** The endpoints of the control API. */
export class ControlApi extends HttpApiGroup.make("control")
  .add(
    HttpApiEndpoint.post("revokeTokens", "/tokens/revoke", { success: Schema.Struct({ revoked: Schema.Int }) }),
    HttpApiEndpoint.post("addFault", "/faults", { payload: Fault, success: Schema.Struct({ id: Schema.String }) }),
    HttpApiEndpoint.delete("clearFaults", "/faults"),
    HttpApiEndpoint.delete("removeFault", "/faults/:id", { params: { id: Schema.String }, error: NotFound }),
    HttpApiEndpoint.post("updateClient", "/clients/:id", {
      params: { id: Schema.String },
      payload: ClientChange,
      error: NotFound
    }),
    HttpApiEndpoint.get("clock", "/clock", { success: ClockView }),
    HttpApiEndpoint.post("advanceClock", "/clock", { payload: ClockChange, success: ClockView }),
    HttpApiEndpoint.post("setLimits", "/limits", { payload: LimitsChange, success: Limits }),
    HttpApiEndpoint.post("changeItem", "/items/:id", { params: { id: Schema.String }, payload: ItemChange }),
    HttpApiEndpoint.post("closeSockets", "/sockets/close", { payload: SocketsClosing }),
    HttpApiEndpoint.get("journal", "/journal", { success: Journal }),
    HttpApiEndpoint.delete("clearJournal", "/journal")
  )
  .middleware(BodyCheck)
  .middleware(LocalOnly)
  .prefix("/_control") {}
