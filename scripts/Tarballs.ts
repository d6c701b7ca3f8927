/** Makes the tarballs that npm would publish. */
import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { faults, sweep } from "./Build.ts"
import { published, root } from "./Workspaces.ts"

/**
 * The tarball of each workspace that may be published, by its name. What `prepack` does is done here, in one process for all.
 *
 * @param destination a folder
 * @throws if one is not ready
 */
export const pack = (destination: string): ReadonlyMap<string, string> => {
  const all = published()
  for (const workspace of all) sweep(workspace)
  const unready = all.flatMap((each) => faults(each).map((fault) => `${each.manifest.name}: ${fault}`))
  if (unready.length > 0) throw new Error(unready.join("\n"))
  const chosen = all.flatMap(({ manifest }) => ["-w", manifest.name])
  const args = ["pack", "--ignore-scripts", "--json", "--silent", "--pack-destination", destination, ...chosen]
  const made: ReadonlyArray<{ readonly name: string; readonly filename: string }> = JSON.parse(
    execFileSync("npm", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })
  )
  return new Map(made.map(({ filename, name }) => [name, join(destination, filename)]))
}
