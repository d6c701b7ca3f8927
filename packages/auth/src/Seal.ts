/**
 * Authenticated encryption of a small secret in a file (AES-256-GCM), and a random key in a file of its own to do it with.
 * Such a key protects what leaves the machine without it, such as a backup of the other file; whoever reads both has all.
 */
export { read as readKey } from "./internal/localKey.ts"
export { make, type Seal } from "./internal/seal.ts"
