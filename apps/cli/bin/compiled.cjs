// Keeps what Node has compiled beside the tokens, in a folder of this user alone. Where that cannot be, it is compiled each time.
"use strict"
const nodeModule = require("node:module")
const os = require("node:os")
const path = require("node:path")

const { XDG_CACHE_HOME: cache = "" } = process.env
try {
  const directory = path.isAbsolute(cache) ? cache : path.join(os.homedir(), ".cache")
  nodeModule.enableCompileCache(path.join(directory, "effect-genesys", "compiled"))
} catch {
  // This user has no home.
}
