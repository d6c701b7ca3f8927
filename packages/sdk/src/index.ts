/** The operations of the official SDK over our client. Start with `GenesysSdk`, or with `adopt` for a program that has the SDK already. */
export type { AnyApiClient } from "./AnyApiClient.ts"
export * as Catalogue from "./Catalogue.ts"
export type * as CatalogueEntry from "./CatalogueEntry.ts"
export * as GenesysSdk from "./GenesysSdk.ts"
export type * as Operations from "./Operations.ts"
export { adopt, type Adopted, type AdoptOptions } from "./adopt.ts"
export { MissingSdkError } from "./MissingSdkError.ts"
