/** Folders and files of other users, for tests that run as root; others can at least have wrong rights. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import { chmodSync, chownSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

export const isRoot = process.geteuid?.() === 0

/** An ordinary user who is not this one. */
export const stranger = 65_534

export const folder = () => mkdtempSync(join(tmpdir(), "core-"))

export const file = (directory: string, name: string, text: string | Uint8Array, mode = 0o600): string => {
  const path = join(directory, name)
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

export const directory = (parent: string, name: string, mode = 0o700): string => {
  const path = join(parent, name)
  mkdirSync(path)
  chmodSync(path, mode)
  return path
}

export const givenAway = (path: string): string => {
  chownSync(path, stranger, stranger)
  return path
}

export const run = Effect.provide(NodeServices.layer)
