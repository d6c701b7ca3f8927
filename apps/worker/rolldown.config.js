/** What `genesys-worker` runs: one file and few beside it, which start in less than half the time of hundreds; and its page. */
import { copyFileSync, mkdirSync } from "node:fs"
import { options, output, plugins } from "../../rolldown.base.js"

/** What the page is beside its script. */
const copied = ["index.html", "page.css", "icon.svg"]

const page = {
  name: "page",
  writeBundle: () => {
    mkdirSync("dist/bundle/page", { recursive: true })
    for (const file of copied) copyFileSync(`page/${file}`, `dist/bundle/page/${file}`)
  }
}

export default [
  {
    ...options,
    input: {
      main: "src/main.ts",
      smallHeap: "@effect-genesys/export/SmallHeap",
      compiled: "@effect-genesys/program/Compiled"
    },
    plugins,
    output: { ...output, dir: "dist/bundle" }
  },
  {
    platform: "browser",
    input: { page: "page/page.tsx" },
    transform: { jsx: { runtime: "automatic", importSource: "preact" } },
    // Its licence goes into the same file as the others'.
    plugins: [plugins.at(-1), page],
    output: { dir: "dist/bundle/page", format: "iife", minify: true, cleanDir: true, entryFileNames: "[name].js" }
  }
]
