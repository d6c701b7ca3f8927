/** The pages by what a reader wants, in the order in which they are read. */

interface Item {
  readonly text: string
  readonly link: string
}
interface Group {
  readonly text: string
  readonly collapsed?: boolean
  readonly items: Array<Item>
}

const group = (
  text: string,
  items: ReadonlyArray<readonly [link: string, text: string]>,
  collapsed = false
): Group => ({
  text,
  collapsed,
  items: items.map(([link, title]) => ({ text: title, link }))
})

/** As VitePress takes it. */
export const sidebar: Array<Group> = [
  group("Start", [
    ["/start/command-line", "In a shell"],
    ["/start/library", "In a program"],
    ["/start/promises", "With promises"],
    ["/start/worker", "As a service"],
    ["/start/any-language", "In any language"],
    ["/packages", "What is in it"]
  ]),
  group("Guide", [
    ["/guide/token-life", "The life of a token"],
    ["/guide/credentials", "Credentials and stores"],
    ["/guide/settings", "Settings"],
    ["/guide/log-in", "Log in"],
    ["/guide/commands", "Commands at a glance"],
    ["/guide/calls", "Calls from a shell"],
    ["/guide/exports", "Exports"],
    ["/guide/worker", "The worker"],
    ["/guide/proxy", "The proxy"],
    ["/guide/network", "Proxies and certificates"]
  ]),
  group("Come from elsewhere", [
    ["/migrate/compared", "Compared"],
    ["/migrate/tutorial", "The tutorial, line by line"],
    ["/migrate/official-sdk", "The official SDK"],
    ["/migrate/hand-written", "A refresh of your own"],
    ["/migrate/gc", "The official CLI, gc"]
  ]),
  group("Recipes", [
    ["/recipes/many-orgs", "Many organizations"],
    ["/recipes/rotation", "A new secret without a gap"],
    ["/recipes/kubernetes-secrets", "Secrets of Kubernetes"],
    ["/recipes/lambda", "Functions that come and go"],
    ["/recipes/custom-sink", "A sink of your own"],
    ["/recipes/custom-token-store", "A token store of your own"],
    ["/recipes/testing", "Test your own program"]
  ]),
  group("Operations", [
    ["/operations/troubleshooting", "Find out what is wrong"],
    ["/operations/deploy", "Run it somewhere"],
    ["/operations/alerts", "Alerts, and what to do"],
    ["/operations/upkeep", "Upgrade, backup, full disk"],
    ["/operations/reliability", "Reliability"],
    ["/operations/security", "Security"]
  ]),
  group("Reference", [
    ["/reference/", "What is here"],
    ["/reference/genesys", "genesys"],
    ["/reference/genesys-worker", "genesys-worker"],
    ["/reference/worker-settings", "Settings of the worker"],
    ["/reference/environment", "Environment"],
    ["/reference/errors", "Errors and exit codes"],
    ["/reference/tables", "Tables and views"],
    ["/reference/benchmarks", "Benchmarks"]
  ]),
  group(
    "Packages",
    [
      ["/packages/auth", "auth"],
      ["/packages/client", "client"],
      ["/packages/sdk", "sdk"],
      ["/packages/export", "export"],
      ["/packages/fleet", "fleet"],
      ["/packages/simulator", "simulator"],
      ["/packages/cli", "cli"],
      ["/packages/worker", "worker"],
      ["/packages/program", "program"],
      ["/packages/core", "core"]
    ],
    true
  ),
  group(
    "API",
    [
      ["/reference/api/auth", "auth"],
      ["/reference/api/client", "client"],
      ["/reference/api/sdk", "sdk"],
      ["/reference/api/export", "export"],
      ["/reference/api/fleet", "fleet"],
      ["/reference/api/simulator", "simulator"]
    ],
    true
  ),
  group(
    "Develop",
    [
      ["/develop/contributing", "Contributing"],
      ["/develop/architecture", "Architecture"],
      ["/develop/changelog", "Changes"],
      ["/develop/conduct", "Conduct"]
    ],
    true
  )
]
