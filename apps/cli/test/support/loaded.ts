/** For `node --import`: prints on standard error which modules of this project a program has loaded, once it ends. */
import { registerHooks } from "node:module"

const loaded = new Set<string>()

registerHooks({
  load: (url, context, next) => {
    const [, name] = /\/(packages\/[a-z]+|purecloud-platform-client-v2|pg)\//.exec(url) ?? []
    if (name !== undefined) loaded.add(name)
    return next(url, context)
  }
})

process.on("exit", () => console.error([...loaded].toSorted().join(" ")))
