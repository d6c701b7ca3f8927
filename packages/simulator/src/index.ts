/**
 * A Genesys Cloud on this machine. Start with `Simulator`; `SimulatorApi` is the definition of what it serves.
 */
export * as AnalyticsOptions from "./AnalyticsOptions.ts"
export * as Fault from "./Fault.ts"
export * as Journal from "./Journal.ts"
export * as Limits from "./Limits.ts"
export * as OAuthClient from "./OAuthClient.ts"
export * as ProgramOptions from "./ProgramOptions.ts"
export * as Scenario from "./Scenario.ts"
export * as OAuthOptions from "./OAuthOptions.ts"
export * as Simulator from "./Simulator.ts"
export * as SimulatorApi from "./api/SimulatorApi.ts"
export * as SimulatorOptions from "./SimulatorOptions.ts"
export * as StoryOptions from "./StoryOptions.ts"
