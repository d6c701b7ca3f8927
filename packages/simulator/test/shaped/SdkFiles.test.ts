/**
 * The SDK that is read: one that is missing or is written otherwise is an error that says what to do, and never a list with holes.
 */
import { assert, describe, it } from "@effect/vitest"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import * as AllOperations from "../../src/AllOperations.ts"
import * as SdkFiles from "../../src/internal/shaped/sdkFiles.ts"
import * as SdkIndex from "../../src/internal/shaped/sdkIndex.ts"
import { MissingSdkError } from "../../src/MissingSdkError.ts"

const texts = SdkFiles.read(SdkFiles.find())

/** What is said of an SDK that is written otherwise. */
const saidOf = (change: (text: string) => string, file: "code" | "declarations"): string => {
  const changed = change(texts[file])
  assert.notStrictEqual(changed, texts[file])
  try {
    SdkIndex.read({ ...texts, [file]: changed })
  } catch (error) {
    if (error instanceof MissingSdkError) return error.message
    throw error
  }
  return "nothing"
}

describe("the SDK", () => {
  it.effect("that is installed can be read", () => AllOperations.check)

  it("that is not there is told of with how to install it", () => {
    assert.throws(
      () => SdkFiles.find(pathToFileURL(join(tmpdir(), "nowhere", "program.js")).href),
      /official SDK, which is not installed\. Install it .*npm install purecloud-platform-client-v2/
    )
  })

  it("that is written otherwise is told of with the place, and another version", () => {
    const advice = /Install another version of it: npm install purecloud-platform-client-v2@262$/
    const cases = [
      [(text: string) => text.replace('"selfUri"?: string;', '"selfUri"?: Uri;'), "declarations", "a type Uri"],
      [(text: string) => text.replace('"selfUri"?: string;', "selfUri: string"), "declarations", "is selfUri: string"],
      [
        (text: string) => text.replace("\tpatchUser(userId: string, body:", "\tpatchUser(userId: string, bodies:"),
        "declarations",
        "no body of UsersApi.patchUser"
      ],
      [(text: string) => text.replace(/^.*\tgetUser\(userId: string.*$/m, ""), "declarations", "no UsersApi.getUser"],
      [(text: string) => text.replace("'/api/v2/users/{userId}', ", "path,"), "code", "what UsersApi."],
      [(text: string) => text.replaceAll("callApi(", "call("), "code", "no operation in its code"]
    ] as const
    for (const [change, file, said] of cases) {
      const message = saidOf(change, file)
      assert.include(message, said)
      assert.match(message, advice)
    }
  })
})
