/** Answers `genesys --version` with what the full parser prints. */
import { versionLine } from "@effect-genesys/program/Version"
import { printed } from "./printed.ts"

export const answer = (): boolean => printed(versionLine("genesys"))
