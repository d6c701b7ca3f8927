/** Where the tests of token stores put their files. */
import { NodeCrypto, NodeServices } from "@effect/platform-node"
import * as Layer from "effect/Layer"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { TokenStore } from "../src/TokenStore.ts"

export const newDirectory = () => join(fs.mkdtempSync(join(tmpdir(), "genesys-store-")), "tokens")

export const layerFile = (directory: string) =>
  TokenStore.layerFile({ directory }).pipe(Layer.provide(NodeCrypto.layer), Layer.provide(NodeServices.layer))
