/** A browser without a window, from npm, with the libraries that it needs where the machine has none. */
import chromium, { inflate, setupLambdaEnvironment } from "@sparticuz/chromium"
import { spawnSync } from "node:child_process"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Browser, chromium as driver } from "playwright-core"
import { root } from "../Workspaces.ts"

/** The browser that comes with the checkout is made for this alone. */
export const hasBrowser: boolean = process.platform === "linux" && process.arch === "x64"

/** Starts it. It asks nobody but the pages that are opened. */
export const open = async (): Promise<Browser> => {
  const executablePath = await chromium.executablePath()
  if (spawnSync("ldd", [executablePath], { encoding: "utf8" }).stdout?.includes("not found")) {
    await inflate(join(root, "node_modules/@sparticuz/chromium/bin/al2023.tar.br"))
    setupLambdaEnvironment(join(tmpdir(), "al2023", "lib"))
  }
  // Its own list of flags is for functions of a cloud, such as one process for all, which ends with the first page that is closed.
  return driver.launch({
    executablePath,
    args: ["--no-sandbox", "--headless=shell", "--disable-background-networking", "--no-first-run"],
    headless: true
  })
}
