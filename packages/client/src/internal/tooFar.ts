/** Whether Genesys refuses a page because it lies beyond what the pages of a list reach: "Pagination may not exceed 100000 results." */
import type { GenesysError } from "../GenesysError.ts"

const words = /\bmay not exceed \d+/i

export const is = (error: GenesysError): boolean => error._tag === "InvalidRequestError" && words.test(error.message)
