/**
 * Reads a file that decides something, such as settings or a secret: a plain file of this user (or the superuser's) that no other
 * user can change or replace. Anything else is refused before a byte is read, as ssh does. Links are followed, and the same is
 * asked of each folder on the way.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type * as Path from "effect/Path"
import * as Stream from "effect/Stream"
import * as SystemError from "./internal/systemError.ts"
import { walk } from "./internal/walk.ts"
import { UntrustedFile } from "./UntrustedFile.ts"
import * as Utf8 from "./Utf8.ts"

/** More than any setting or secret has. */
export const maxBytes = 64 * 1024

const kinds: Partial<Record<FileSystem.File.Type, string>> = {
  Directory: "a folder",
  FIFO: "a pipe",
  Socket: "a socket",
  CharacterDevice: "a device",
  BlockDevice: "a device"
}

/** How large a file may be. */
export interface ReadOptions {
  /** The largest that is read, in bytes. @default 64 KiB */
  readonly maxBytes?: number | undefined
}

/** Its bytes. */
export const read = Effect.fnUntraced(function* (
  file: string,
  options: ReadOptions = {}
): Effect.fn.Return<Uint8Array, UntrustedFile, FileSystem.FileSystem | Path.Path> {
  const fs = yield* FileSystem.FileSystem
  const most = options.maxBytes ?? maxBytes
  const refused = (what: string) => new UntrustedFile({ file, reason: "Refused", what })
  const isNoFile = (type: FileSystem.File.Type) =>
    refused(`is ${kinds[type] ?? "no file"}, where a plain file is expected`)
  // Whose a folder is does not matter then.
  const first = yield* Effect.option(fs.stat(file))
  if (Option.exists(first, ({ type }) => type === "Directory")) return yield* isNoFile("Directory")
  const { info, path } = yield* walk(file)
  if (info.type !== "File") return yield* isNoFile(info.type)
  const tooLarge = refused(`is larger than ${most / 1024} KiB`)
  if (info.size > most) return yield* tooLarge
  const bytes = yield* fs
    .stream(path, { bytesToRead: most + 1 })
    .pipe(Stream.mkUint8Array, Effect.mapError(SystemError.explain(file)))
  // It has grown meanwhile.
  if (bytes.length > most) return yield* tooLarge
  return bytes
})

/** Its text. What is not UTF-8 is refused: it would be read as something that nobody wrote. */
export const readText = (file: string, options?: ReadOptions) =>
  Effect.flatMap(read(file, options), (bytes) =>
    Effect.mapError(
      Effect.fromResult(Utf8.decode(bytes)),
      (what) => new UntrustedFile({ file, reason: "Refused", what })
    )
  )
