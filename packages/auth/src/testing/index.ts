/** What a port of this package has to do, as cases for whatever runs tests. Whoever writes a layer of one runs them on it. */
export * as TokenStoreSuite from "./TokenStoreSuite.ts"
