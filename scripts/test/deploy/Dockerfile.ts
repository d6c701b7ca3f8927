/**
 * `deploy/Dockerfile` as it is read and carried out: each of its stages is a plain folder, its steps are done there as a builder would do
 * them, and what comes of it can be started. It knows what that file uses, and refuses the rest.
 */
import { DockerfileParser, type Instruction } from "dockerfile-ast"
import { execFile } from "node:child_process"
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync } from "node:fs"
import { basename, dirname, isAbsolute, join, matchesGlob, relative } from "node:path"
import { promisify } from "node:util"
import { root } from "../../Workspaces.ts"

export const file = join(root, "deploy/Dockerfile")
export const text = readFileSync(file, "utf8")

export interface Stage {
  readonly name: string
  /** Another stage, or an image that is not ours. */
  readonly from: string
  readonly steps: ReadonlyArray<Instruction>
}

const argumentsOf = (step: Instruction) => step.getExpandedArguments().map((argument) => argument.getValue())

/** By their names, in the order of the file. */
export const stages = (content = text): ReadonlyMap<string, Stage> => {
  const found = new Map<string, Stage>()
  const parsed = DockerfileParser.parse(content)
  const defaults = new Map(
    parsed.getInitialARGs().map((arg) => [arg.getProperty()?.getName(), arg.getProperty()?.getValue()])
  )
  let steps: Array<Instruction> = []
  for (const step of parsed.getInstructions()) {
    if (step.getKeyword() === "ARG") continue
    if (step.getKeyword() !== "FROM") {
      steps.push(step)
      continue
    }
    steps = []
    const [image = "", , name = ""] = step.getArguments().map((argument) => argument.getValue())
    found.set(name, { name, from: image.replaceAll(/\$\{(\w+)\}/g, (_, arg) => defaults.get(arg) ?? ""), steps })
  }
  return found
}

/** What an image says of how it is run. */
export interface Image {
  /** The folder that is its root. */
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  readonly workdir: string
  readonly user: string
  readonly entrypoint: ReadonlyArray<string>
  readonly cmd: ReadonlyArray<string>
  readonly healthcheck: ReadonlyArray<string>
  readonly ports: ReadonlyArray<string>
}

/** What a builder leaves out of the context. */
const ignored = readFileSync(`${file}.dockerignore`, "utf8")
  .split("\n")
  .map((line) => line.trim())
  .filter((line) => line !== "" && !line.startsWith("#"))

export const isIgnored = (path: string): boolean =>
  path !== "" &&
  (ignored.some((pattern) => matchesGlob(path, pattern)) || (path.includes("/") && isIgnored(dirname(path))))

const exec = promisify(execFile)

/** The list that an instruction has in its exec form, which alone lets a program get its signals. */
const listOf = (content: string): ReadonlyArray<string> => {
  const found: unknown = JSON.parse(content)
  if (!Array.isArray(found)) throw new Error(`${content} is not in the exec form.`)
  return found.map(String)
}

const variables = (content: string) =>
  Object.fromEntries(
    content.split(/\s+/).map((part) => [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)])
  )

/** Copies as `COPY` does: the content of a folder, a file by its name. @param from what the sources lie in */
const copy = (from: string, sources: ReadonlyArray<string>, to: string, isContext: boolean) => {
  for (const source of sources) {
    const path = join(from, source)
    const isFolder = statSync(path).isDirectory()
    const into = isFolder || !to.endsWith("/") ? to : join(to, basename(path))
    mkdirSync(isFolder ? into : dirname(into), { recursive: true })
    cpSync(path, into, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (each) => !isContext || !isIgnored(relative(root, each))
    })
  }
}

export interface BuildOptions {
  /** Where the folders of the stages go. */
  readonly destination: string
  /** What is put into the folder of an image that is not ours. */
  readonly base: (folder: string) => void
  /** The environment of the steps, beside what the file says. */
  readonly env: Readonly<Record<string, string | undefined>>
}

const empty = (folder: string): Image => ({
  folder,
  env: {},
  workdir: "/",
  user: "0:0",
  entrypoint: [],
  cmd: [],
  healthcheck: [],
  ports: []
})

/** Makes images of stages; each stage that several need is made once. */
export const builder = ({ base, destination, env: outer }: BuildOptions) => {
  const made = new Map<string, Promise<Image>>()
  const all = stages()

  const image = (name: string): Promise<Image> => {
    const found = made.get(name) ?? make(name)
    made.set(name, found)
    return found
  }

  const make = async (name: string): Promise<Image> => {
    const folder = join(destination, name)
    mkdirSync(folder)
    const stage = all.get(name)
    if (stage === undefined) throw new Error(`There is no stage ${name}.`)
    let now: Image = empty(folder)
    if (all.has(stage.from)) {
      const before = await image(stage.from)
      // With the owners, and the same files: nobody writes to one that is there.
      await exec("cp", ["-al", `${before.folder}/.`, folder])
      now = { ...before, folder }
    } else {
      base(folder)
    }
    return stage.steps.reduce(async (before, step) => carryOut(step, await before), Promise.resolve(now))
  }

  const carryOut = async (step: Instruction, now: Image): Promise<Image> => {
    const content = step.getArgumentsContent() ?? ""
    const at = (path: string) => join(now.folder, isAbsolute(path) ? path : join(now.workdir, path))
    switch (step.getKeyword()) {
      case "WORKDIR":
        mkdirSync(at(content), { recursive: true })
        return { ...now, workdir: join(now.workdir, content) }
      case "ENV":
        return { ...now, env: { ...now.env, ...variables(content) } }
      case "USER":
        return { ...now, user: content }
      case "EXPOSE":
        return { ...now, ports: argumentsOf(step) }
      case "ENTRYPOINT":
        return { ...now, entrypoint: listOf(content), cmd: [] }
      case "CMD":
        return { ...now, cmd: listOf(content) }
      case "HEALTHCHECK":
        return { ...now, healthcheck: listOf(content.slice(content.indexOf("["))) }
      case "COPY": {
        const paths = content.split(/\s+/).filter((part) => !part.startsWith("--"))
        const [, from] = /--from=(\S+)/.exec(step.getTextContent()) ?? []
        const to = paths.at(-1) ?? ""
        const into = at(to) + (to.endsWith("/") ? "/" : "")
        copy(from === undefined ? root : (await image(from)).folder, paths.slice(0, -1), into, from === undefined)
        return now
      }
      case "RUN":
        await exec("/bin/sh", ["-c", content], { cwd: at("."), env: { ...outer, ...envOf(now, outer["PATH"]) } })
        return now
      default:
        throw new Error(`${step.getKeyword()} is not known here.`)
    }
  }
  return image
}

/** A path of an image, where it lies in its folder; anything else as it is. */
const placed = (folder: string, path: string) => (existsSync(join(folder, path)) ? join(folder, path) : path)

/** The environment that its programs are given. Paths lead into its folder, if it has them. @param path what else programs are found by */
export const envOf = ({ env, folder }: Pick<Image, "env" | "folder">, path?: string): Record<string, string> => {
  const { HOME, PATH = "", ...rest } = env
  const ways = [
    ...PATH.split(":")
      .filter((each) => each !== "")
      .map((each) => placed(folder, each)),
    ...(path ?? "").split(":")
  ]
  return {
    ...rest,
    ...(HOME === undefined ? {} : { HOME: placed(folder, HOME) }),
    PATH: ways.filter((each) => each !== "").join(":")
  }
}

/** All that lies in it, by the path from its root. */
export const filesOf = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => `/${relative(folder, join(entry.parentPath, entry.name))}`)
    .toSorted()
