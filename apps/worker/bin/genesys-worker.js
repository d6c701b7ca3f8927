#!/usr/bin/env node
// Written so that an old Node can read it, and say what is wrong.
const [major, minor] = process.versions.node.split(".").map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(`genesys-worker: needs Node 22.19 or later; this is ${process.versions.node}.`)
  process.exit(2)
}
await import("../dist/main.js")
