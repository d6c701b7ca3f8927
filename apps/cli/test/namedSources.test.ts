/** Every setting that can be named on purpose, in a flag, a profile or a settings file: there it counts, and nothing else does. */
import * as Rules from "@effect-genesys/core/Settings"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as WorkerSettingsFile from "../../worker/src/settings/WorkerSettingsFile.ts"
import * as Process from "../../worker/test/support/Process.ts"
import * as Settings from "../../worker/test/support/Settings.ts"
import { folder } from "./support/Cli.ts"
import * as Person from "./support/Person.ts"
import * as Trap from "./support/Trap.ts"
import * as Programs from "./support/Programs.ts"

const named = (source: "field" | "flag" | "profile") =>
  Rules.rules.filter((rule) => rule[source] !== undefined && rule[source] !== false).map(({ name }) => name)

const basic = (id: string, secret: string) => Buffer.from(`${id}:${secret}`).toString("base64")

describe.concurrent("a flag", () => {
  /** A value that is wrong, which is told only if the flag counts over the environment, whose value is right. */
  const flags: Record<
    string,
    readonly [program: "genesys" | "genesys-worker", args: ReadonlyArray<string>, says: RegExp]
  > = {
    GENESYS_CLOUD_REGION: ["genesys", ["token", "--region", "mars-east-1"], /mars-east-1/],
    GENESYS_CLOUD_PROFILE: ["genesys", ["token", "--profile", "nobody"], /There is no profile nobody/],
    GENESYS_WORKER_FILE: ["genesys-worker", ["run", "--once", "--file", "/no/such/file"], /\/no\/such\/file/],
    LOG_LEVEL: ["genesys", ["token", "--log-level", "loud"], /loud/],
    GENESYS_CLOUD_CLIENT_ID: ["genesys", ["login", "--client-id", "", "--secret-stdin"], /--client-id/],
    PGSSLROOTCERT: [
      "genesys",
      ["users", "export", "--postgres", "DATABASE_URL", "--ca", "/no/such/file"],
      /^genesys: ca must be a file .*\/no\/such\/file/m
    ],
    GENESYS_WORKER_INTERVAL: ["genesys", ["watch", "--every", "soon"], /--every/],
    GENESYS_WORKER_EMAIL: ["genesys", ["watch", "--email", "nobody"], /--email/]
  }
  it("is tried, or it is said why not", () => {
    // Only a terminal has colours: its tests have the flag.
    assert.sameMembers([...Object.keys(flags), "NO_COLOR"], named("flag"))
  })

  for (const [name, [program, args, says]] of Object.entries(flags)) {
    it.live(`counts over the environment: ${args.join(" ")}`, () =>
      Effect.gen(function* () {
        const { code, stderr } = yield* Programs.run(program, args, {
          env: {
            ...(yield* Settings.env),
            GENESYS_CLOUD_REGION: "eu-west-1",
            LOG_LEVEL: "info",
            DATABASE_URL: "postgres://db.example/x?sslmode=verify-full"
          }
        })
        assert.strictEqual(code, 2, name)
        assert.match(stderr, says)
      }).pipe(Effect.provide(Simulator.layer()))
    )
  }
})

describe.concurrent("a profile", () => {
  /** The profile of a login, with these of its fields changed by hand, is used for a command. */
  const use = Effect.fnUntraced(function* (
    change: Record<string, unknown>,
    args: ReadonlyArray<string>,
    patience = "2s",
    env: Process.Env = {}
  ) {
    const person = Person.make()
    const login = yield* person.login("--profile", "acme")
    assert.strictEqual(login.code, 0, login.stderr)
    const file = join(person.env.GENESYS_CONFIG_DIR, "profiles", "acme.json")
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), ...change }), { mode: 0o600 })
    return yield* person.run(patience === "" ? args : [...args, "--profile", "acme", "--timeout", patience], {
      env
    })
  })

  it("says nothing but who we are and where", () => {
    const settings = ["CLIENT_ID", "CLIENT_SECRET", "REGION", "LOGIN_URL", "API_URL"]
    assert.sameMembers(
      named("profile"),
      settings.map((name) => `GENESYS_CLOUD_${name}`)
    )
  })

  it.live("says who we are, and where a token is asked for", () =>
    Effect.gen(function* () {
      const { clientId, clientSecret } = yield* Simulator
      const { seen, url: loginUrl } = yield* Trap.make
      yield* use({ loginUrl }, ["token", "--renew"])
      assert.include(seen.asked.join("\n"), basic(clientId, Redacted.value(clientSecret)))
    }).pipe(Effect.scoped, Effect.provide(Simulator.layer()))
  )

  it.live("says where calls go", () =>
    Effect.gen(function* () {
      const { seen, url: apiUrl } = yield* Trap.make
      yield* use({ apiUrl }, ["api", "GET", "users"])
      assert.match(seen.asked[0] ?? "", /^GET \/api\/v2\/users /)
    }).pipe(Effect.scoped, Effect.provide(Simulator.layer()))
  )

  it.live("may say a host without encryption, which is asked only if the environment permits it", () =>
    Effect.gen(function* () {
      const { seen, url: trap } = yield* Trap.make
      const hosts = { loginUrl: "http://login.invalid:8080", apiUrl: "http://login.invalid:8080" }
      const refused = yield* use({ ...hosts, allowHttp: "login.invalid", GENESYS_CLOUD_ALLOW_HTTP: "login.invalid" }, [
        "token",
        "--renew"
      ])
      assert.strictEqual(refused.code, 2)
      assert.match(refused.stderr, /^genesys: GENESYS_CLOUD_LOGIN_URL is not valid: .*GENESYS_CLOUD_ALLOW_HTTP/m)
      // It is the same profile as before, to be looked at and deleted.
      const shown = yield* use(hosts, ["profile", "show", "acme"], "")
      assert.deepStrictEqual([shown.code, shown.stdout.includes("login.invalid")], [0, true])
      const env = { GENESYS_CLOUD_ALLOW_HTTP: "login.invalid:8080", HTTP_PROXY: trap }
      const permitted = yield* use(hosts, ["token", "--renew"], "2s", env)
      assert.match(seen.asked.join("\n"), /login\.invalid:8080/)
      assert.match(permitted.stderr, /GENESYS_CLOUD_ALLOW_HTTP permits plain http to login\.invalid:8080/)
    }).pipe(Effect.scoped, Effect.provide(Simulator.layer()))
  )

  it.live("says the region, of those that there are", () =>
    Effect.gen(function* () {
      const { code, stderr } = yield* use({ region: "mars-east-1" }, ["token"])
      assert.strictEqual(code, 2)
      assert.match(stderr, /acme\.json/)
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.live("says nothing else, under any name that a setting has", () =>
    Effect.gen(function* () {
      const { seen, url } = yield* Trap.make
      const rest = Rules.rules
        .filter(({ profile }) => !profile)
        .flatMap(({ field = "", flag = "", name }) => [name, flag.replace(/^--/, ""), field.split(".").at(-1) ?? ""])
      const { code } = yield* use(Object.fromEntries(rest.map((name) => [name, url])), ["api", "GET", "users"], "30s")
      assert.strictEqual(code, 0)
      assert.deepStrictEqual(seen.asked, [])
    }).pipe(Effect.scoped, Effect.provide(Simulator.layer()))
  )
})

describe.concurrent("a settings file", () => {
  const env = {
    ACME_ID: "canary",
    ACME_SECRET: "canary-secret",
    DATABASE_URL: "postgres://db.example/x?sslmode=verify-full"
  }
  const identity = { clientIdEnv: "ACME_ID", clientSecretEnv: "ACME_SECRET" }
  const watch = { name: "a", kind: "watch", org: "acme", every: "1h" }
  const withOrg = (org: Record<string, unknown>) => ({ orgs: { acme: org }, jobs: [watch] })
  const withHttp = (http: Record<string, unknown>) => ({ ...withOrg(identity), http })
  const withJob = (job: Record<string, unknown>) => ({ orgs: { acme: identity }, jobs: [{ ...watch, ...job }] })
  const withCluster = (cluster: Record<string, unknown>) => ({ ...withOrg(identity), cluster })
  const users = { kind: "users", sink: { postgres: "DATABASE_URL", ca: "/no/such/file" } }

  /** What is wrong in it is told only if it is looked at. */
  const fields: Record<string, readonly [settings: object, says: RegExp]> = {
    GENESYS_CLOUD_CLIENT_ID: [withOrg({ ...identity, clientIdEnv: "NOT_SET" }), /^NOT_SET is not set/],
    GENESYS_CLOUD_CLIENT_SECRET: [withOrg({ ...identity, clientSecretEnv: "NOT_SET" }), /^NOT_SET is not set/],
    GENESYS_CLOUD_CLIENT_SECRET_FILE: [
      withOrg({ clientIdEnv: "ACME_ID", clientSecretFile: "/no/such/file" }),
      /\/no\/such\/file, which does not exist/
    ],
    GENESYS_CLOUD_REGION: [withOrg({ ...identity, region: "mars-east-1" }), /region is not valid/],
    GENESYS_CLOUD_LOGIN_URL: [withOrg({ ...identity, loginUrl: "http://login.example" }), /loginUrl is not valid/],
    GENESYS_CLOUD_API_URL: [withOrg({ ...identity, apiUrl: "http://api.example" }), /apiUrl is not valid/],
    GENESYS_CLOUD_PROFILE: [withOrg({ profile: "nobody" }), /There is no profile nobody/],
    PGSSLROOTCERT: [withJob(users), /^ca must be a file .*\/no\/such\/file, which /],
    GENESYS_WORKER_PORT: [withHttp({ port: 65_536 }), /http\.port is not valid/],
    GENESYS_WORKER_HOSTS: [withHttp({ port: 0, hosts: ["http://a"] }), /http\.hosts\[0\] is not valid/],
    GENESYS_WORKER_DRAIN: [{ ...withOrg(identity), drain: "soon" }, /drain is not valid/],
    GENESYS_WORKER_CLUSTER_URL: [withCluster({ database: "NOT_SET" }), /^NOT_SET is not set/],
    GENESYS_WORKER_CLUSTER_ADDRESS: [
      withCluster({ database: "DATABASE_URL", address: "http://a" }),
      /cluster\.address is not valid/
    ],
    GENESYS_WORKER_INTERVAL: [withJob({ every: "soon" }), /every is not valid/],
    GENESYS_WORKER_EMAIL: [withJob({ email: "nobody" }), /email is not valid/]
  }

  const write = (settings: object) => {
    const file = join(folder(), "worker.json")
    writeFileSync(file, JSON.stringify(settings), { mode: 0o600 })
    return file
  }

  it("is tried with each of its fields", () => {
    // Where a worker answers is shown by one that answers there.
    assert.sameMembers([...Object.keys(fields), "GENESYS_WORKER_HOST"], named("field"))
  })

  it.live("counts: http.host", () =>
    Effect.gen(function* () {
      const file = write({ ...withHttp({ port: 0, host: "127.0.0.2" }), drain: "1s" })
      const { stderr } = yield* Programs.run("genesys-worker", ["run", "--file", file], { env, until: /listening/ })
      assert.include(stderr, "//127.0.0.2:")
    })
  )

  for (const [name, [settings, says]] of Object.entries(fields)) {
    it.live(`counts: ${Rules.find(name)?.field}`, () =>
      Effect.gen(function* () {
        const { code, stderr } = yield* Programs.run("genesys-worker", ["check", "--file", write(settings)], { env })
        assert.strictEqual(code, 2, stderr)
        assert.match(/^genesys-worker: (.*)$/m.exec(stderr)?.[1] ?? "", says)
      })
    )
  }

  /** What reaches the trap when a worker runs once. */
  const reached = Effect.fnUntraced(function* (
    settings: (trap: string) => object,
    given: (trap: string) => Process.Env
  ) {
    const { seen, url } = yield* Trap.make
    const args = ["run", "--once", "--timeout", "2s", "--file", write(settings(url))]
    yield* Programs.run("genesys-worker", args, { env: given(url) })
    return seen.asked.join("\n")
  })
  const acme = Effect.map(Simulator, ({ clientId, clientSecret }) => ({
    ACME_ID: clientId,
    ACME_SECRET: Redacted.value(clientSecret)
  }))

  it.live("says who an org is, by variables or a file, and where its token is asked for", () =>
    Effect.gen(function* () {
      const client = yield* acme
      const secretFile = join(folder(), "secret")
      writeFileSync(secretFile, "of-a-file", { mode: 0o600 })
      for (const [org, secret] of [
        [identity, client.ACME_SECRET],
        [{ clientIdEnv: "ACME_ID", clientSecretFile: secretFile }, "of-a-file"]
      ] as const) {
        const asked = yield* reached(
          (loginUrl) => withOrg({ ...org, loginUrl }),
          () => client
        )
        assert.include(asked, basic(client.ACME_ID, secret))
      }
    }).pipe(Effect.scoped, Effect.provide(Simulator.layer()))
  )

  it.live("says where calls go, and whom a job looks up", () =>
    Effect.gen(function* () {
      const { url: loginUrl } = yield* Simulator
      const job = { ...watch, email: "canary@example.com" }
      const settings = (apiUrl: string) => ({ orgs: { acme: { ...identity, loginUrl, apiUrl } }, jobs: [job] })
      const client = yield* acme
      const asked = yield* reached(settings, () => client)
      assert.match(asked, /^POST \/api\/v2\/users\/search .*canary@example\.com/m)
    }).pipe(Effect.scoped, Effect.provide(Simulator.layer()))
  )

  it.live("says the region, whose hosts are the ones that are asked", () =>
    Effect.gen(function* () {
      const client = yield* acme
      const settings = () => withOrg({ ...identity, region: "eu-central-1" })
      const asked = yield* reached(settings, (trap) => ({ ...client, HTTPS_PROXY: trap }))
      assert.match(asked, /^CONNECT login\.mypurecloud\.de:443$/m)
    }).pipe(Effect.scoped, Effect.provide(Simulator.layer()))
  )

  it.live("may say a host without encryption, which is asked only if the environment permits it", () =>
    Effect.gen(function* () {
      const client = yield* acme
      const loginUrl = "http://login.invalid:8080"
      const settings = () => withOrg({ ...identity, loginUrl })
      const given = (allowed: string) => (trap: string) => ({
        ...client,
        HTTP_PROXY: trap,
        GENESYS_CLOUD_ALLOW_HTTP: allowed
      })
      assert.strictEqual(yield* reached(settings, given("login.invalid:8081")), "")
      assert.match(yield* reached(settings, given("other, login.invalid:8080")), /login\.invalid:8080/)
    }).pipe(Effect.scoped, Effect.provide(Simulator.layer()))
  )

  it.live("says the profile, whose client and hosts are used", () =>
    Effect.gen(function* () {
      const person = Person.make()
      const login = yield* person.login("--profile", "acme")
      assert.strictEqual(login.code, 0, login.stderr)
      const profile = join(person.env.GENESYS_CONFIG_DIR, "profiles", "acme.json")
      const change = (loginUrl: string) => {
        const found: object = JSON.parse(readFileSync(profile, "utf8"))
        writeFileSync(profile, JSON.stringify({ ...found, loginUrl }), { mode: 0o600 })
        return withOrg({ profile: "acme" })
      }
      const { ACME_ID, ACME_SECRET } = yield* acme
      assert.include(yield* reached(change, () => person.env), basic(ACME_ID, ACME_SECRET))
    }).pipe(Effect.scoped, Effect.provide(Simulator.layer()))
  )

  it.effect("takes no setting under the name of its variable", () =>
    Effect.gen(function* () {
      for (const name of Rules.rules.flatMap(Rules.namesOf)) {
        for (const settings of [
          { ...withOrg(identity), [name]: "x" },
          withOrg({ ...identity, [name]: "x" }),
          withJob({ [name]: "x" }),
          withHttp({ port: 0, [name]: "x" })
        ]) {
          const error = yield* Effect.flip(WorkerSettingsFile.parse("worker.json", JSON.stringify(settings)))
          assert.include(error.message, name)
        }
      }
    })
  )
})
