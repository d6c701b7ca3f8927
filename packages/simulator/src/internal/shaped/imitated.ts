/**
 * What the simulator imitates, by the definition of what it serves.
 */
import * as HttpApi from "effect/http-api/HttpApi"
import { SimulatorApi } from "../../api/SimulatorApi.ts"

export interface Endpoint {
  readonly method: string
  /** `/api/v2/users/{userId}` */
  readonly path: string
}

/** Of the API of Genesys Cloud: neither the login host nor the control API. */
export const endpoints = (): ReadonlyArray<Endpoint> => {
  const found: Array<Endpoint> = []
  HttpApi.reflect(SimulatorApi, {
    onGroup: () => undefined,
    onEndpoint: ({ endpoint: { method, path } }) => {
      if (path.startsWith("/api/")) found.push({ method, path: path.replaceAll(/:(\w+)/g, "{$1}") })
    }
  })
  return found
}
