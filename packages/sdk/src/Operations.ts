/**
 * The types of the official SDK's operations, once as Effects and once as the promises that they are. Both are mapped from
 * the SDK's own declarations: nothing here names an operation.
 */
import type { GenesysError } from "@effect-genesys/client/GenesysError"
import type * as Effect from "effect/Effect"
/**
 * Whoever does without the SDK, which is an optional peer, has its types nowhere, and may check our declarations all the same. To expect an
 * error would be one where the SDK is installed, and of comments only such a one stays in declarations.
 * @ts-ignore */
import type pc from "purecloud-platform-client-v2"

/**
 * The types of bodies and answers, such as `Models.UserSearchRequest`.
 * @ts-ignore as above */
export type { Models } from "purecloud-platform-client-v2"

type Sdk = typeof pc

/** The SDK's client: what its API classes are made with. */
export type ApiClient = InstanceType<Sdk["ApiClientClass"]>

/** The names of the API classes, such as `UsersApi`. */
export type ApiName = Extract<keyof Sdk, `${string}Api`>

/** An API class of the SDK, such as `UsersApi`, with its promises. */
export type Promises<Name extends ApiName> = InstanceType<Sdk[Name]>

/** An API class with Effects in place of promises: the same names, parameters and results. */
export type Effects<Name extends ApiName> = {
  readonly [K in keyof Promises<Name>]: Promises<Name>[K] extends (...args: infer A) => Promise<infer R>
    ? (...args: A) => Effect.Effect<R, GenesysError>
    : never
}

/** Every API class, with Effects. */
export type AllEffects = { readonly [Name in ApiName]: Effects<Name> }

/** Every API class, with promises, and the client that they are made with. */
export type AllPromises = { readonly [Name in ApiName]: Promises<Name> } & { readonly ApiClient: ApiClient }
