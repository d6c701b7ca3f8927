/** What the URL of a database asks for, and what is made of it. That a server gets no more than that is in PostgresTls.test.ts. */
import { assert, describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { execFileSync } from "node:child_process"
import { chmodSync, chownSync, lchownSync, mkdtempSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Certificates from "../../client/test/network/Certificates.ts"
import { type Authority, protectionOf } from "../src/internal/postgres/protection.ts"
import * as Url from "../src/internal/postgres/url.ts"
import * as PostgresUrl from "../src/PostgresUrl.ts"

const asRoot = process.getuid?.() === 0

const parse = (url: string, options: Partial<PostgresUrl.PostgresUrlOptions> = {}) =>
  PostgresUrl.parse({ url: Redacted.make(url), setting: "DATABASE_URL", ...options }).pipe(
    Effect.provide(NodeServices.layer)
  )

const hosts = {
  local: ["localhost", "LOCALHOST", "127.0.0.1", "127.8.9.10", "::1", "/run/postgresql"],
  remote: [
    "db.example.com",
    "db",
    "10.0.0.1",
    "0.0.0.0",
    "::",
    "fe80::1",
    "localhost.example.com",
    "localhost.",
    "my.localhost",
    "127.0.0.1.example.com",
    "127.0.0.256",
    "127.1",
    "2130706433",
    "0x7f000001",
    "::ffff:10.0.0.1"
  ]
}

describe("the host of a database", () => {
  it("is this machine by its name alone, or it is another one", () => {
    for (const host of hosts.local) assert.isTrue(Url.isLocal({ host }), host)
    for (const host of hosts.remote) assert.isFalse(Url.isLocal({ host }), host)
  })

  it.each([
    ["postgres://db.example.com/a", "db.example.com"],
    ["postgresql://me:pw@db.example.com:6432/a", "db.example.com"],
    ["postgres:///a", "localhost"],
    ["postgres:///a?host=/run/postgresql", "/run/postgresql"],
    ["postgres://%2Frun%2Fpostgresql/a", "/run/postgresql"],
    ["postgres://[::1]:5433/a", "::1"],
    // The last word counts, wherever it stands.
    ["postgres://localhost/a?host=db.example.com", "db.example.com"],
    ["postgres://localhost/a?host=localhost&host=db.example.com", "db.example.com"],
    ["postgres://db.example.com/a?host=localhost", "localhost"],
    ["postgres://db%2eexample.com/a", "db.example.com"]
  ])("of %s is the one that is connected to", (url, host) => {
    assert.strictEqual(Result.getOrThrow(Url.parse(url)).host, host)
  })
})

describe("what a mode comes to", () => {
  const remote = "db.example.com"
  const table: ReadonlyArray<readonly [string, Url.Mode | undefined, Authority, string | RegExp]> = [
    [remote, undefined, undefined, "verify-full"],
    [remote, undefined, "own", "verify-full"],
    [remote, undefined, "public", "verify-full"],
    [remote, "disable", undefined, /sslmode=disable may send everything in the clear.*verify-full/],
    [remote, "disable", "own", /in the clear/],
    [remote, "allow", undefined, /in the clear/],
    [remote, "prefer", "own", /in the clear/],
    [remote, "require", undefined, /sslmode=require does not ask who the server is.*verify-full.*sslrootcert/],
    // As with libpq.
    [remote, "require", "own", "verify-ca"],
    [remote, "require", "public", /does not go with sslrootcert=system/],
    [remote, "verify-ca", undefined, /needs an authority of your own/],
    [remote, "verify-ca", "own", "verify-ca"],
    [remote, "verify-ca", "public", /does not go with sslrootcert=system/],
    [remote, "verify-full", undefined, "verify-full"],
    [remote, "verify-full", "own", "verify-full"],
    ["localhost", undefined, undefined, "plain"],
    ["localhost", undefined, "own", "verify-full"],
    ["127.0.0.1", "disable", undefined, "plain"],
    ["::1", "allow", undefined, "prefer"],
    ["localhost", "prefer", undefined, "prefer"],
    ["localhost", "require", undefined, "require"],
    ["localhost", "require", "own", "verify-ca"],
    ["localhost", "verify-ca", undefined, /needs an authority/],
    ["localhost", "verify-full", undefined, "verify-full"],
    ["localhost", "disable", "public", /does not go with/],
    ["/run/postgresql", "verify-full", "own", "plain"],
    ["/run/postgresql", undefined, undefined, "plain"]
  ]
  it.each(table)("of %s with sslmode %s and an authority %s", (host, mode, authority, expected) => {
    const found = Result.merge(protectionOf({ host, mode }, authority))
    if (typeof expected === "string") assert.strictEqual(found, expected)
    else assert.match(found, expected)
  })
})

describe("the settings of the client", () => {
  it.effect("say what the URL says, and hold no URL", () =>
    Effect.gen(function* () {
      const { password, ssl, stream, ...rest } = yield* parse(
        "postgres://m%40e:p%2Fw%40@localhost:6432/d%20b?application_name=copy&options=-c%20a%3Db&connect_timeout=3"
      )
      assert.strictEqual(Redacted.isRedacted(password) ? Redacted.value(password) : undefined, "p/w@")
      assert.deepStrictEqual([ssl, typeof stream], [false, "function"])
      assert.deepStrictEqual(rest, {
        host: "localhost",
        port: 6432,
        database: "d b",
        username: "m@e",
        applicationName: "copy",
        startupOptions: "-c a=b",
        connectTimeout: Duration.seconds(3)
      })
    })
  )

  it.effect("verify the server whatever a variable of Node says", () =>
    Effect.gen(function* () {
      const { ssl, stream } = yield* parse("postgres://me:canary@db.example.com/a")
      assert.deepStrictEqual([ssl, stream], [{ rejectUnauthorized: true }, undefined])
    })
  )

  const bad: ReadonlyArray<readonly [string, RegExp]> = [
    ["", /must be a URL such as/],
    ["mysql://me:canary@localhost/a", /must be a URL such as/],
    ["postgres:/me:canary", /must be a URL such as/],
    ["postgres://me:canary", /must be a URL such as/],
    // A password that stands there as it is.
    ["postgres://me:12/canary@localhost/a", /%2F/],
    ["postgres://me:12#canary@localhost/a", /%23/],
    ["postgres://me:12?canary@localhost/a", /%3F/],
    ["postgres://me:canary%zz@localhost/a", /%25/],
    ["postgres://me:canary@localhost/a?port=canary", /port must be a number/],
    ["postgres://me:canary@localhost/a?connect_timeout=canary", /connect_timeout/],
    ["postgres://me:canary@localhost/a?sslmode=canary", /sslmode must be one of disable, allow, prefer, require/],
    ["postgres://me:canary@db.example.com/a?sslmode=disable", /on another machine/],
    ["postgres://me:canary@db.example.com/a?ssl=true", /sslmode=require does not ask/],
    ["postgres://me:canary@localhost/a?ssl=canary", /use sslmode/],
    ["postgres://me:canary@localhost/a?host=db.example.com&sslmode=disable", /on another machine/],
    ["postgres://me:canary@db.example.com/a?sslmode=verify-full&sslmode=disable", /on another machine/],
    ["postgres://me:canary@one,two/a", /must name one host/],
    ["postgres://me:canary@localhost/a?hostaddr=10.0.0.1", /hostaddr, which is not kept here/],
    ["postgres://me:canary@localhost/a?channel_binding=require", /channel_binding, which is not kept/],
    ["postgres://me:canary@localhost/a?require_auth=scram-sha-256", /require_auth, which is not kept/],
    ["postgres://me:canary@localhost/a?sslcrl=canary", /sslcrl, which is not kept/]
  ]
  it.effect.each(bad)("are refused for %s, in a line without the password", ([url, message]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(parse(url))
      assert.strictEqual(error._tag, "ConfigurationError")
      assert.strictEqual(error.setting, "DATABASE_URL")
      assert.match(error.message, /^DATABASE_URL is not valid: [^\n]+\.$/)
      assert.match(error.message, message)
      assert.notInclude(error.message, "canary")
    })
  )
})

describe("the file of an authority", () => {
  const remote = "postgres://me:canary@db.example.com/a"
  const folder = () => mkdtempSync(join(tmpdir(), "genesys-ca-"))

  it.effect("is the only one that is trusted: of the URL, else of the sink, else of the machine", () =>
    Effect.gen(function* () {
      const files: Array<{ readonly cert: string; readonly path: string }> = []
      for (const name of ["URL", "sink", "machine"]) {
        const { cert } = yield* Certificates.makeAuthority(name)
        files.push({ cert: cert.trim(), path: Certificates.file(`a comment\n${cert}`) })
      }
      const [ofUrl, ofSink, ofMachine] = files
      const caOf = (url: string, options: Partial<PostgresUrl.PostgresUrlOptions>) =>
        Effect.map(parse(url, options), ({ ssl }) =>
          typeof ssl === "object" ? String(ssl.ca).trim() : `without TLS: ${ssl}`
        )
      const ca = ofSink!.path
      const defaultCa = ofMachine!.path
      const named = `${remote}?sslrootcert=${encodeURIComponent(ofUrl!.path)}`
      assert.strictEqual(yield* caOf(named, { ca, defaultCa }), ofUrl!.cert)
      assert.strictEqual(yield* caOf(remote, { ca, defaultCa }), ofSink!.cert)
      assert.strictEqual(yield* caOf(remote, { defaultCa }), ofMachine!.cert)
      assert.strictEqual(yield* caOf(`${remote}?sslmode=verify-ca`, { defaultCa }), ofMachine!.cert)
      assert.strictEqual(yield* caOf(`${remote}?sslrootcert=system`, { ca, defaultCa }), "undefined")
      // Of this machine, one without a mode is verified if its own authority is named, not because the machine has one.
      assert.strictEqual(yield* caOf("postgres://localhost/a", { ca, defaultCa }), ofSink!.cert)
      assert.strictEqual(yield* caOf("postgres://localhost/a", { defaultCa }), "without TLS: false")
    })
  )

  const refused = (file: string) => Effect.map(Effect.flip(parse(remote, { ca: file })), ({ message }) => message)

  it.effect("is refused if it is not there, holds no certificate, or could be changed by others", () =>
    Effect.gen(function* () {
      const { cert } = yield* Certificates.makeAuthority("somebody")
      const file = join(folder(), "ca.pem")
      const missing = yield* Effect.flip(parse(remote, { ca: file }))
      assert.strictEqual(missing.setting, "ca")
      assert.match(missing.message, /^ca must be a file .* as PEM\. It names [^ ]+ca\.pem, which does not exist$/)
      writeFileSync(file, "no certificate")
      assert.match(yield* refused(file), /holds no certificate/)
      // Every certificate begins so: a sequence whose length follows in two bytes.
      writeFileSync(file, cert.replace("MII", "AAA"))
      assert.match(yield* refused(file), /damaged/)
      writeFileSync(file, cert)
      chmodSync(file, 0o666)
      const open = yield* refused(file)
      assert.match(open, /which can be changed by other users\. .*: chmod go-w [^ ]+ca\.pem$/)
      // As the message says.
      execFileSync("sh", ["-c", open.slice(open.indexOf("chmod"))])
      yield* parse(remote, { ca: file })
      if (!asRoot) return
      chownSync(file, 65_534, 65_534)
      assert.match(yield* refused(file), /which belongs to another user/)
    })
  )

  it.effect("is refused in a folder where others could put another one, and behind a link of theirs", () =>
    Effect.gen(function* () {
      const { cert } = yield* Certificates.makeAuthority("somebody")
      const directory = folder()
      const file = join(directory, "ca.pem")
      writeFileSync(file, cert)
      chmodSync(directory, 0o777)
      assert.match(
        yield* refused(file),
        /is in the folder [^ ]+, .* can be changed by other users.*: chmod go-w [^ ]+$/
      )
      chmodSync(directory, 0o755)
      yield* parse(remote, { ca: file })
      if (!asRoot) return
      const sticky = folder()
      chmodSync(sticky, 0o1777)
      const link = join(sticky, "ca.pem")
      symlinkSync(file, link)
      yield* parse(remote, { ca: link })
      lchownSync(link, 65_534, 65_534)
      assert.match(yield* refused(link), /belongs to another user.*: rm [^ ]+$/)
    })
  )

  it.effect(
    "is refused if it is no text of that size, before any of it is read: a pipe would be waited for",
    () =>
      Effect.gen(function* () {
        const directory = folder()
        const file = join(directory, "ca.pem")
        assert.match(yield* refused(directory), /which is a folder, where a plain file is expected/)
        execFileSync("mkfifo", [file])
        assert.match(yield* refused(file), /which is a pipe, where a plain file is expected/)
        unlinkSync(file)
        writeFileSync(file, Buffer.alloc(4 * 1024 * 1024 + 1, "x"))
        assert.match(yield* refused(file), /which is larger than 4096 KiB/)
        writeFileSync(file, new Uint8Array([0xff, 0x41]))
        assert.match(yield* refused(file), /which is not text in UTF-8/)
      }),
    5_000
  )
})
