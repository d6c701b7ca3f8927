/** How the packages read one setting, so that every missing or malformed one is a `ConfigurationError` in the same words. */
export * from "./internal/setting.ts"
