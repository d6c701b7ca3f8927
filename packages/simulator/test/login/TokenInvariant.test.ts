/**
 * Any sequence of good OAuth requests keeps this: no token works past its life, its client's state, its revocation, its idle
 * time or its eviction, and until then it works. Each run compares the simulator with a model of its own.
 */
import { assert, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { Simulator } from "../../src/Simulator.ts"
import { call, login, me, requestToken } from "../support/Calls.ts"
import { codeClient, decodeTokens, getCode, redirect_uri } from "../support/Login.ts"

const life = { service: 40_000, web: 30_000 }
const idle = 25_000
const cap = 2
const secrets = { service: "s", web: "web-secret" }

const Step = Schema.Struct({
  do: Schema.Literals(["mint", "authorize", "refresh", "use", "use", "revoke", "disable", "enable", "wait", "wait"]),
  client: Schema.Literals(["service", "web"]),
  /** Which token, counted from the newest. */
  pick: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3 })),
  seconds: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 20 }))
})
type Step = typeof Step.Type

interface Known {
  readonly value: string
  readonly client: "service" | "web"
  readonly expiresAt: number
  idlesAt: number
  dead: boolean
}

const makeModel = () => {
  const tokens: Array<Known> = []
  const state = { service: true, web: true }
  const alive = (token: Known, now: number) => !token.dead && now < token.expiresAt && now < token.idlesAt
  return {
    tokens,
    state,
    alive,
    issued: (value: string, client: Known["client"], now: number) => {
      const others = tokens.filter((token) => token.client === client && alive(token, now))
      const [oldest] = others
      if (client === "web" && oldest !== undefined && others.length >= cap) oldest.dead = true
      tokens.push({ value, client, expiresAt: now + life[client], idlesAt: now + idle, dead: false })
    }
  }
}

it.effect.prop(
  "a token works exactly until its life, its client, its revocation, its idle time or its eviction ends it",
  { steps: Schema.Array(Step).check(Schema.isMaxLength(40)) },
  ({ steps }) =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const model = makeModel()
      const refreshTokens: Array<string> = []

      const check = Effect.fnUntraced(function* (token: Known) {
        const now = yield* Clock.currentTimeMillis
        const expected = model.alive(token, now)
        assert.strictEqual((yield* me(token.value)).status, expected ? 200 : 401)
        if (expected) token.idlesAt = now + idle
      })
      const keep = Effect.fnUntraced(function* (answer: ReturnType<typeof requestToken>) {
        const { access_token, refresh_token } = yield* decodeTokens((yield* answer).body)
        refreshTokens.push(refresh_token)
        model.issued(access_token, "web", yield* Clock.currentTimeMillis)
      })
      const web = { id: "web", secret: "web-secret" }

      const take = Effect.fnUntraced(function* (step: Step) {
        const picked = model.tokens.at(-1 - step.pick)
        const now = yield* Clock.currentTimeMillis
        switch (step.do) {
          case "mint":
            if (!model.state.service) return
            return model.issued(yield* login({ id: "service", secret: secrets.service }), "service", now)
          case "authorize": {
            if (!model.state.web) return
            const form = { grant_type: "authorization_code", code: yield* getCode(), redirect_uri }
            return yield* keep(requestToken({ ...web, form }))
          }
          case "refresh": {
            const refresh_token = refreshTokens.pop()
            if (!model.state.web || refresh_token === undefined) return
            const form = { grant_type: "refresh_token", refresh_token }
            yield* keep(requestToken({ ...web, form }))
            return assert.strictEqual((yield* requestToken({ ...web, form })).status, 400)
          }
          case "use":
            return picked === undefined ? undefined : yield* check(picked)
          case "revoke": {
            if (picked === undefined) return
            const { status } = yield* call(picked.value, "DELETE", "/api/v2/tokens/me")
            assert.strictEqual(status, model.alive(picked, now) ? 204 : 401)
            picked.dead = true
            return
          }
          case "disable":
            model.state[step.client] = false
            for (const token of model.tokens) if (token.client === step.client) token.dead = true
            if (step.client === "web") refreshTokens.length = 0
            return yield* simulator.updateClient(step.client, { state: step.pick % 2 === 0 ? "disabled" : "inactive" })
          case "enable":
            model.state[step.client] = true
            return yield* simulator.updateClient(step.client, { state: "active" })
          case "wait":
            return yield* TestClock.adjust(step.seconds * 1000)
        }
      })

      for (const step of steps) yield* take(step)
      // Used often enough not to idle, until each has lived its life.
      for (let round = 0; round < 4; round++) {
        for (const token of model.tokens) yield* check(token)
        yield* TestClock.adjust("20 seconds")
      }
    }).pipe(
      Effect.provide(
        Simulator.layerHttpClient({
          mintLimit: "off",
          clients: [
            { id: "service", secret: Redacted.make(secrets.service), tokenLifetime: life.service / 1000 },
            { ...codeClient, tokenLifetime: life.web / 1000 }
          ],
          oauth: { idleTimeout: idle / 1000, userTokenCap: cap }
        })
      )
    ),
  { arbitrary: { runs: 100, size: 40 }, timeout: 120_000 }
)
