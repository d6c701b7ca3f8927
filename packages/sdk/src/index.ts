export * as Catalogue from "./Catalogue.ts"
export * as GenesysSdk from "./GenesysSdk.ts"
export type * as Operations from "./Operations.ts"
export { adopt } from "./adopt.ts"
