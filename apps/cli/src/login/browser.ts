/**
 * Opens a file in this person's browser. The package `open` starts what a system has for that with all of our environment, so it
 * runs in a small program that has no more of it than any other that we start, and what a desktop needs.
 */
import * as ChildEnvironment from "@effect-genesys/core/ChildEnvironment"
import * as Effect from "effect/Effect"
import { spawn } from "node:child_process"
import { createRequire } from "node:module"
import { pathToFileURL } from "node:url"

/** Which desktop it is, where its programs are, and how to draw and type in it. */
const desktop = `
  XDG_CURRENT_DESKTOP XDG_SESSION_TYPE XDG_SESSION_DESKTOP XDG_DATA_DIRS XDG_CONFIG_DIRS DESKTOP_SESSION
  GNOME_DESKTOP_SESSION_ID KDE_FULL_SESSION KDE_SESSION_VERSION MOZ_ENABLE_WAYLAND GDK_BACKEND GDK_SCALE QT_QPA_PLATFORM
  GTK_IM_MODULE QT_IM_MODULE XMODIFIERS SSH_CONNECTION SSH_CLIENT SSH_TTY
`
  .trim()
  .split(/\s+/)

const script = `
const [opener, target] = process.argv.slice(1)
const { default: open } = await import(opener)
const child = await open(target)
child.on("error", () => {})
child.unref()`

/** A browser that does not open is no failure: nothing says whether it has. */
export const open = (file: string): Effect.Effect<void> =>
  Effect.try(() => {
    const { given } = ChildEnvironment.of(process.env, { named: desktop })
    // `open` tells the Windows around a Linux where a file is, but not where a URL leads.
    const target = given["WSL_DISTRO_NAME"] === undefined ? pathToFileURL(file).href : file
    const opener = pathToFileURL(createRequire(import.meta.url).resolve("open")).href
    const child = spawn(process.execPath, ["--input-type=module", "-e", script, opener, target], {
      env: given,
      stdio: "ignore",
      detached: true,
      windowsHide: true
    })
    child.on("error", () => {})
    child.unref()
  }).pipe(Effect.catch(() => Effect.logDebug("the browser cannot be opened")))
