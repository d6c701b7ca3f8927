/** What the compiler makes of the SDK's declarations. Nothing is run but the comparison of types. */
import { describe, expectTypeOf, it } from "@effect/vitest"
import type { GenesysClient } from "@effect-genesys/client/GenesysClient"
import type { GenesysError } from "@effect-genesys/client/GenesysError"
import type { Environment } from "@effect-genesys/auth/Environment"
import type * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type pc from "purecloud-platform-client-v2"
import { GenesysSdk } from "../src/GenesysSdk.ts"
import type { AnyApiClient } from "../src/AnyApiClient.ts"
import type { ApiName, Effects, Models } from "../src/Operations.ts"

type Sdk = GenesysSdk["Service"]

/** As version 220.0.0 declares it, as far as it differs; 242.0.0 and 259.0.0 lie between it and the present one. */
declare class OldHttpClient {
  protected timeout: number
  protected httpsAgent: unknown
  constructor()
  setTimeout(timeout: number): void
  setHttpsAgent(httpsAgent: unknown): void
  request(httpRequestOptions: { readonly url: string }): Promise<unknown>
}
declare class OldApiClient {
  private proxyAgent: unknown
  httpClient: OldHttpClient
  config: {
    host: string
    environment: string
    basePath: string
    authUrl: string
    gateway?: { host: string; protocol?: string; port?: number; path_params_login?: string; path_params_api?: string }
    getConfUrl(pathType: string, regionUrl: string): string
  }
  callApi(
    path: string,
    httpMethod: string,
    pathParams: { [key: string]: string },
    queryParams: { [key: string]: object },
    headerParams: { [key: string]: object },
    formParams: { [key: string]: object },
    bodyParam: unknown,
    authNames: Array<string>,
    contentTypes: Array<string>,
    accepts: Array<string>
  ): Promise<unknown>
  setAccessToken(token: string): void
  setHttpClient(httpClient: OldHttpClient): void
  getHttpClient(): OldHttpClient
}

describe("the types", () => {
  it("of an operation are the SDK's own, with an Effect in place of the promise", () => {
    type Search = Sdk["UsersApi"]["postUsersSearch"]
    expectTypeOf<Parameters<Search>[0]>().toEqualTypeOf<Models.UserSearchRequest>()
    expectTypeOf<ReturnType<Search>>().toEqualTypeOf<Effect.Effect<Models.UsersSearchResponse, GenesysError>>()
    type Own = InstanceType<typeof pc.UsersApi>["getUsers"]
    expectTypeOf<Parameters<Sdk["UsersApi"]["getUsers"]>>().toEqualTypeOf<Parameters<Own>>()
    expectTypeOf<ReturnType<Sdk["UsersApi"]["deleteUserRoutinglanguage"]>>().toEqualTypeOf<
      Effect.Effect<void, GenesysError>
    >()
  })

  it("of all 87 classes have all operations, each of them an Effect", () => {
    expectTypeOf<ApiName>().toExtend<keyof Sdk>()
    type Wrong = {
      [Name in ApiName]: {
        [K in keyof Effects<Name>]: Effects<Name>[K] extends (...args: never) => Effect.Effect<unknown, GenesysError>
          ? never
          : K
      }[keyof Effects<Name>]
    }[ApiName]
    expectTypeOf<Wrong>().toBeNever()
  })

  it("refuse what the SDK's refuse", () => {
    const wrong = (sdk: Sdk) => {
      // @ts-expect-error a required parameter is missing
      void sdk.UsersApi.getUser()
      // @ts-expect-error the body has no such field
      void sdk.UsersApi.postUsersSearch({ pageSizes: 1 })
      // @ts-expect-error there is no such operation
      void sdk.UsersApi.postUsersFind
      // @ts-expect-error there is no such class
      void sdk.UserApi
    }
    expectTypeOf(wrong).toBeFunction()
  })

  it("of api() give what the promise gives", () => {
    const list = (sdk: Sdk) => sdk.api(({ UsersApi }) => UsersApi.getUsers({ pageSize: 1 }))
    expectTypeOf<ReturnType<typeof list>>().toEqualTypeOf<Effect.Effect<Models.UserEntityListing, GenesysError>>()
  })

  it("of adopt() take the client of any version of the SDK", () => {
    expectTypeOf<InstanceType<typeof pc.ApiClientClass>>().toExtend<AnyApiClient>()
    expectTypeOf<OldApiClient>().toExtend<AnyApiClient>()
    expectTypeOf<Omit<OldApiClient, "callApi">>().not.toExtend<AnyApiClient>()
  })

  it("of the layer ask for the client and its hosts", () => {
    expectTypeOf(GenesysSdk.layer).toEqualTypeOf<Layer.Layer<GenesysSdk, never, GenesysClient | Environment>>()
  })
})
