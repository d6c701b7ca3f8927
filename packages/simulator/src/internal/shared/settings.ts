/**
 * The options of a simulator with every default filled in and every value checked. A value that makes no sense is a defect
 * when the layer is built.
 */
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { OAuthClient } from "../../OAuthClient.ts"
import { SimulatorOptions } from "../../SimulatorOptions.ts"
import * as Random from "./random.ts"

type Clients = NonNullable<(typeof SimulatorOptions.Type)["clients"]>

const defaultClient = (seed: number) =>
  OAuthClient.make({
    id: Random.uuid(seed, Random.streams.client, 0),
    secret: Redacted.make(Random.opaque(seed, Random.streams.secret, 0, 32)),
    name: "Simulated client"
  })

const resolve = (options: SimulatorOptions) => {
  const settings = SimulatorOptions.make(options)
  const clients: Clients = settings.clients ?? [defaultClient(settings.seed)]
  return { ...settings, clients }
}

export class Settings extends Context.Service<Settings, ReturnType<typeof resolve>>()(
  "@effect-genesys/simulator/internal/Settings"
) {
  static readonly layer = (options: SimulatorOptions) => Layer.sync(Settings, () => resolve(options))
}
