/** For `node --import`: prints on standard error which files a program has loaded, once it ends. */
import { registerHooks } from "node:module"

const loaded = new Set<string>()

registerHooks({
  load: (url, context, next) => {
    loaded.add(url)
    return next(url, context)
  }
})

process.on("exit", () => console.error([...loaded].join("\n")))
