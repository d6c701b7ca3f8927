/** The version of both programs; all packages are released together. */
export const version = "0.1.0"

/** What `--version` prints, without colours. */
export const versionLine = (name: string): string => `${name} v${version}`
