/**
 * Text that somebody has given, in a file or on standard input. What is not UTF-8 is refused: it would be read as something that
 * nobody wrote. UTF-16 is named, since the redirections of PowerShell write it.
 */
import * as Result from "effect/Result"

const utf16 = "is text in UTF-16, as > of PowerShell writes it. Save it as UTF-8"

const nul = 0

/** By the mark of its byte order: that of UTF-16 begins it. */
const isUtf32 = (bytes: Uint8Array): boolean => {
  const mark = bytes.subarray(0, 4).join()
  return mark === "255,254,0,0" || mark === "0,0,254,255"
}

/** With the mark of its byte order, or by the NULs that every other byte of plain English is then. */
const isUtf16 = (bytes: Uint8Array): boolean => {
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true
  const start = bytes.subarray(0, 64)
  const nuls = start.filter((byte) => byte === nul).length
  return start.length >= 2 && nuls * 2 >= start.length - 1 && start.some((byte) => byte !== nul)
}

/**
 * The text that these bytes are.
 *
 * @returns what is wrong with it as the failure, to complete the sentence "FILE …"
 */
export const decode = (bytes: Uint8Array): Result.Result<string, string> => {
  if (isUtf32(bytes)) return Result.fail("is text in UTF-32. Save it as UTF-8")
  if (isUtf16(bytes)) return Result.fail(utf16)
  if (bytes.includes(nul)) return Result.fail("holds a NUL byte, so it is not text. Save it as text in UTF-8")
  return Result.try({
    try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
    catch: () => "is not text in UTF-8. Save it as UTF-8"
  })
}
