/** What the packages of effect-genesys share. It is not meant for others, and has no stable interface. */
export * as ChildEnvironment from "./ChildEnvironment.ts"
export * as DotEnv from "./DotEnv.ts"
export * as OwnDirectory from "./OwnDirectory.ts"
export * as OwnFile from "./OwnFile.ts"
export * as PrivateFile from "./PrivateFile.ts"
export * as Settings from "./Settings.ts"
export * as UntrustedFile from "./UntrustedFile.ts"
