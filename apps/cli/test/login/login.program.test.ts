/** Logging in and out with the secret of an OAuth client, by flags and by hand, and what is left on the disk. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Person from "../support/Person.ts"
import * as Screen from "../support/Screen.ts"

const timeout = 120_000
const tokenRequests = Effect.map(
  Simulator.use((simulator) => simulator.journal),
  (journal) => journal.tokenRequests
)

/** In each form that a file, an output or an argument list could show it. */
const assertHidden = (secret: string, texts: ReadonlyArray<string>) => {
  for (const text of texts) {
    for (const form of ["utf8", "base64", "base64url", "hex"] as const) {
      assert.notInclude(text, Buffer.from(secret).toString(form))
    }
  }
}

describe("genesys login", () => {
  it.live(
    "stores a profile that the other commands use, at no place the secret or the token in the clear",
    () =>
      Effect.gen(function* () {
        const { clientId, clientSecret, url } = yield* Simulator
        const person = Person.make()
        const login = yield* person.login("--profile", "acme", "--region", "mypurecloud.de", "--log-level", "all")
        assert.deepStrictEqual([login.code, login.stdout], [0, ""], login.stderr)
        assert.include(login.stderr, `The profile acme is for ${clientId} in eu-central-1`)

        const token = yield* person.run(["token"])
        assert.deepStrictEqual([token.code, token.stderr], [0, ""])
        // The one that the login left.
        assert.strictEqual(yield* tokenRequests, 1)
        const header = yield* person.run(["token", "--header", "--log-level", "all"])
        assert.strictEqual(header.stdout, `Authorization: Bearer ${token.stdout}`)

        const shown = yield* person.run(["profile", "show", "--log-level", "all"])
        assert.include(shown.stdout, "in an encrypted file, with its key in a file beside it")
        assert.include(shown.stdout, url)
        const listed = yield* person.run(["profile", "list", "--json"])
        const status = yield* person.run(["status", "--json", "--log-level", "all"])
        const files = person.files()
        assert.deepStrictEqual([...new Set(files.map(({ mode }) => mode))], [0o600])
        const said = [login, shown, listed, status].flatMap(({ stderr, stdout }) => [stderr, stdout])
        const texts = [...said, header.stderr, ...files.map(({ text }) => text)]
        assertHidden(Redacted.value(clientSecret), texts)
        assertHidden(token.stdout.trim(), texts)
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "stores nothing that was refused",
    () =>
      Effect.gen(function* () {
        const { clientId, url } = yield* Simulator
        const person = Person.make()
        const wrong = yield* person.run(["login", "--client-id", clientId, "--secret-stdin", "--log-level", "all"], {
          env: { GENESYS_CLOUD_LOGIN_URL: url },
          stdin: "canary-secret-Zm9vYmFy"
        })
        assert.strictEqual(wrong.code, 3)
        assertHidden("canary-secret-Zm9vYmFy", [wrong.stderr, wrong.stdout])
        assert.deepStrictEqual(
          person.files().filter(({ path }) => path.includes("config")),
          []
        )
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "takes no host from a .env file",
    () =>
      Effect.gen(function* () {
        const { clientId, clientSecret, url } = yield* Simulator
        const person = Person.make()
        const cwd = mkdtempSync(join(tmpdir(), "genesys-"))
        writeFileSync(
          join(cwd, ".env"),
          "GENESYS_CLOUD_API_URL=https://evil.example\nGENESYS_CLOUD_REGION=sa-east-1\nGENESYS_CONFIG_DIR=/nowhere\n"
        )
        const login = yield* person.run(["login", "--client-id", clientId, "--secret-stdin"], {
          cwd,
          env: { GENESYS_CLOUD_LOGIN_URL: url },
          stdin: Redacted.value(clientSecret)
        })
        assert.strictEqual(login.code, 0, login.stderr)
        const shown = yield* person.run(["profile", "show", "--json"])
        const expected = { region: "us-east-1", loginUrl: url }
        assert.deepInclude(JSON.parse(shown.stdout), expected)
        assert.notInclude(shown.stdout, "apiUrl")
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "without a terminal says which flags it needs; takes no secret as an argument; knows no empty secret",
    () =>
      Effect.gen(function* () {
        const person = Person.make()
        const asked = yield* person.run(["login"])
        assert.strictEqual(asked.code, 2)
        assert.match(asked.stderr, /^genesys: There is no terminal [^\n]*--client-id and --secret-stdin[^\n]*\n$/)
        const argument = yield* person.run(["login", "--client-secret", "x"])
        assert.strictEqual(argument.code, 2)
        assert.include(argument.stderr, "genesys login --help")
        const empty = yield* person.run(["login", "--client-id", "x", "--secret-stdin"], { stdin: " \n" })
        assert.strictEqual(empty.code, 2)
        assert.match(empty.stderr, /^genesys: Standard input is empty[^\n]*\n$/)
      }),
    timeout
  )

  it.live(
    "asks in a terminal, and shows nothing of the secret that is typed",
    () =>
      Effect.gen(function* () {
        const { clientId, clientSecret, url } = yield* Simulator
        const person = Person.make()
        const env = { ...person.env, GENESYS_CLOUD_LOGIN_URL: url, GENESYS_CLOUD_API_URL: url }
        const screen = yield* Screen.start(["login", "--profile", "typed"], env)
        yield* screen.until(/Region/)
        yield* screen.type("euw2")
        yield* screen.until(/eu-west-2 \(euw2\.pure\.cloud\)[^]*euw2/)
        yield* screen.type("\r")
        yield* screen.until(/Client id/)
        yield* screen.type(`${clientId}\r`)
        yield* screen.until(/Client secret/)
        yield* screen.type(`${Redacted.value(clientSecret)}\r`)
        yield* screen.until(/Logged in/)
        assert.strictEqual(yield* screen.ended, 0)
        assertHidden(Redacted.value(clientSecret), [screen.output()])
        const listed = yield* person.run(["profile", "list"])
        assert.match(listed.stdout, /\* {2}typed {2}eu-west-2 /)
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "ends with 130 on Ctrl-C at a question",
    () =>
      Effect.gen(function* () {
        const person = Person.make()
        const screen = yield* Screen.start(["login"], person.env)
        yield* screen.until(/Region/)
        yield* screen.type("\u0003")
        assert.strictEqual(yield* screen.ended, 130)
        assert.deepStrictEqual(person.files(), [])
      }).pipe(Effect.scoped),
    timeout
  )
})

describe("genesys logout", () => {
  it.live(
    "revokes the token, forgets the secret, and keeps the profile",
    () =>
      Effect.gen(function* () {
        const { url } = yield* Simulator
        const person = Person.make()
        yield* person.login("--profile", "acme")
        const token = (yield* person.run(["token"])).stdout.trim()
        const status = Effect.promise(() =>
          fetch(`${url}/api/v2/tokens/me`, { headers: { authorization: `Bearer ${token}` } })
        ).pipe(Effect.map((answer) => answer.status))
        assert.strictEqual(yield* status, 200)

        const out = yield* person.run(["logout"])
        assert.strictEqual(out.code, 0, out.stderr)
        assert.match(out.stderr, /^Logged out of acme: the token [0-9a-f]{12} is revoked\.\n$/)
        assert.strictEqual(yield* status, 401)
        assert.notMatch(
          person
            .files()
            .map(({ path }) => path)
            .join(),
          /\.sealed|\.token/
        )
        const next = yield* person.run(["token"])
        assert.strictEqual(next.code, 2)
        assert.match(next.stderr, /^genesys: The profile acme is logged out\. [^\n]*genesys login --profile acme\.\n$/)
        // The client id is known from the profile.
        const { clientSecret } = yield* Simulator
        const again = yield* person.run(["login", "--secret-stdin"], { stdin: Redacted.value(clientSecret) })
        assert.strictEqual(again.code, 0, again.stderr)
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "--all logs out of every profile; one that cannot be revoked is forgotten all the same, with exit code 7",
    () =>
      Effect.gen(function* () {
        const { addFault } = yield* Simulator
        const person = Person.make()
        yield* person.login("--profile", "one")
        yield* person.login("--profile", "two")
        const all = yield* person.run(["logout", "--all"])
        assert.strictEqual(all.code, 0, all.stderr)
        assert.match(all.stderr, /Logged out of one: [^]*Logged out of two: /)
        yield* person.login("--profile", "one")
        yield* addFault({ path: "/api/v2/tokens/me", status: 503 })
        const failed = yield* person.run(["logout", "--profile", "one"])
        assert.strictEqual(failed.code, 7)
        assert.match(
          failed.stderr,
          /^genesys: [^\n]* answers 503\. The token was not revoked, and lives until [^\n]*\n$/
        )
        assert.include((yield* person.run(["profile", "list", "--json"])).stdout, `"name":"one","default":true`)
        assert.strictEqual((yield* person.run(["token", "--profile", "one"])).code, 2)
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )
})

describe("genesys profile", () => {
  it.live(
    "lists, chooses, renames and deletes, and knows the nearest names",
    () =>
      Effect.gen(function* () {
        const person = Person.make()
        yield* person.login("--profile", "acme")
        yield* person.login("--profile", "beta")
        const secrets = () => person.files().filter(({ path }) => path.endsWith(".sealed")).length
        assert.strictEqual(secrets(), 2)
        assert.strictEqual((yield* person.run(["profile", "use", "beta"])).code, 0)
        assert.match((yield* person.run(["profile", "show"])).stdout, /^profile +beta \(default\)$/m)
        const taken = yield* person.run(["profile", "rename", "beta", "acme"])
        assert.strictEqual(taken.code, 2)
        assert.match(taken.stderr, /^genesys: There is a profile acme already\.[^\n]*\n$/)
        assert.strictEqual((yield* person.run(["profile", "rename", "beta", "gamma"])).code, 0)
        assert.match((yield* person.run(["profile", "show"])).stdout, /^profile +gamma \(default\)$/m)
        assert.strictEqual((yield* person.run(["token"])).code, 0)
        for (const args of [
          ["profile", "use", "gama"],
          ["profile", "show", "gama"],
          ["profile", "delete", "gama"],
          ["profile", "rename", "gama", "x"],
          ["token", "--profile", "gama"]
        ]) {
          const { code, stderr } = yield* person.run(args)
          assert.deepStrictEqual([code, stderr], [2, "genesys: There is no profile gama. Did you mean gamma?\n"])
        }
        const outside = yield* person.run(["profile", "rename", "acme", "../acme"])
        assert.strictEqual(outside.code, 2)
        assert.strictEqual((yield* person.run(["profile", "delete", "gamma"])).code, 0)
        assert.strictEqual(secrets(), 1)
        // Both profiles had the same client, and so the same token.
        assert.notMatch(
          person
            .files()
            .map(({ path }) => path)
            .join(),
          /\.token/
        )
        chmodSync(join(person.env.GENESYS_CONFIG_DIR, "profiles", "acme.json"), 0o640)
        const open = yield* person.run(["token", "--profile", "acme"])
        assert.strictEqual(open.code, 0)
        assert.match(open.stderr, /WARN .*other users can read .*acme\.json; close it to them with: chmod 600 /)
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )
})
