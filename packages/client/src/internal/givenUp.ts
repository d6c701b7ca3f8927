/**
 * Errors of calls that were given up early because Genesys cannot be reached and waiting alone changes nothing. What is made of
 * several calls does not begin anew after one.
 */
import type { GenesysError } from "../GenesysError.ts"

const errors = new WeakSet<GenesysError>()

export const mark = (error: GenesysError): void => void errors.add(error)

export const is = (error: GenesysError): boolean => errors.has(error)
