/** What makes a worker one of a fleet. */
import { Name } from "@effect-genesys/program/Profile"
import { note, Variable } from "@effect-genesys/program/SettingText"
import * as Schema from "effect/Schema"

export const Cluster = Schema.Struct({
  database: Schema.optionalKey(
    Variable.annotate(
      note(
        "The environment variable that holds the URL of the PostgreSQL database that the workers share. Default GENESYS_WORKER_CLUSTER_URL."
      )
    )
  ),
  ca: Schema.optionalKey(
    Schema.NonEmptyString.annotate(
      note("A PEM file with the certificate of the authority that signs the database's. Default: as for a sink.")
    )
  ),
  address: Schema.optionalKey(
    Schema.NonEmptyString.annotate(
      note(
        "By which the other workers reach this one, such as 10.0.0.5:34431. Default: GENESYS_WORKER_CLUSTER_ADDRESS, or 127.0.0.1:34431."
      )
    )
  ),
  group: Schema.optionalKey(Name.annotate(note("Workers of one group share their jobs. Default default."))),
  transport: Schema.optionalKey(
    Schema.Literals(["socket", "http"]).annotate(note("Between the workers. Default socket."))
  )
})
export type Cluster = typeof Cluster.Type
