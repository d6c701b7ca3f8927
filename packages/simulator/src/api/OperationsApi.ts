/**
 * Which operations of Genesys Cloud the simulator imitates, and of which it only gives the answers the right shape: for programs on this
 * machine, as the control API is.
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Schema from "effect/Schema"
import { LocalOnly } from "./ControlApi.ts"

const OperationView = Schema.Struct({
  method: Schema.String,
  /** `/api/v2/users/{userId}` */
  path: Schema.String,
  /** As the official SDK calls it, such as `UsersApi.getUser`; absent if the SDK has not been read. */
  names: Schema.optionalKey(Schema.Array(Schema.String))
})

/** All operations that the simulator answers, by how it answers them. */
export const OperationsView = Schema.Struct({
  /** The version of the official SDK; absent without `allOperations`. */
  sdk: Schema.optionalKey(Schema.String),
  /** Answered from one world, in which what is written is kept. */
  imitated: Schema.Array(OperationView),
  /** Answered in form only; none without `allOperations`. */
  shaped: Schema.Array(OperationView)
})
export interface OperationsView extends Schema.Schema.Type<typeof OperationsView> {}

/** The endpoint that tells of them. Only programs on this machine get an answer. */
export class OperationsApi extends HttpApiGroup.make("operations")
  .add(HttpApiEndpoint.get("operations", "/_control/operations", { success: OperationsView }))
  .middleware(LocalOnly) {}
