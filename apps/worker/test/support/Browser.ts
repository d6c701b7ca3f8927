/** A browser without a window, from npm, with the libraries that it needs: the machine needs none. */
import * as Effect from "effect/Effect"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { chromium, type Page } from "playwright-core"

/** It takes the libraries out of its package where it believes to be in the cloud for which it was made. */
const unpacked = async () => {
  process.env["AWS_EXECUTION_ENV"] = "AWS_Lambda_nodejs24.x"
  try {
    const { default: Packed } = await import("@sparticuz/chromium")
    return await Packed.executablePath()
  } finally {
    delete process.env["AWS_EXECUTION_ENV"]
  }
}

let executable: Promise<string> | undefined

/** A page of a browser of its own, which ends with the scope. What it is told of errors is a failure of the test. */
export const page: Effect.Effect<Page, never, import("effect/Scope").Scope> = Effect.gen(function* () {
  const executablePath = yield* Effect.promise(() => (executable ??= unpacked()))
  const browser = yield* Effect.acquireRelease(
    Effect.promise(() =>
      chromium.launch({
        executablePath,
        // Of one process, as it was made for. It asks nobody but the page that is opened.
        args: ["--no-sandbox", "--no-zygote", "--single-process", "--disable-background-networking", "--no-first-run"],
        env: {
          ...process.env,
          LD_LIBRARY_PATH: join(tmpdir(), "al2023", "lib"),
          FONTCONFIG_PATH: join(tmpdir(), "fonts")
        }
      })
    ),
    (open) => Effect.promise(() => open.close())
  )
  return yield* Effect.promise(() => browser.newPage())
})
