/** What a sink has to do, as checks for whatever runs tests. Whoever writes a sink runs them on it. */
export * as SinkSuite from "./SinkSuite.ts"
