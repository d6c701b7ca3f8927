#!/usr/bin/env node
// Written so that an old Node can read it, and say what is wrong.
"use strict"
const version = process.versions.node.split(".").map(Number)
if (version[0] < 22 || (version[0] === 22 && version[1] < 19)) {
  console.error("genesys-worker: needs Node 22.19 or later; this is " + process.versions.node + ".")
  process.exit(2)
}
// Signals that come before the program is loaded are kept until Signals of @effect-genesys/program asks for them.
const kept = []
let take = (signal) => {
  // Whoever says twice that it shall end means now.
  if (signal !== "SIGHUP" && kept.some((other) => other !== "SIGHUP")) process.exit(130)
  kept.push(signal)
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => take(signal))
process.once("effect-genesys:signals", (taker) => {
  take = taker
  kept.forEach(taker)
})
// Before the heap has grown by what the program loads; and only for jobs: some ends of short programs hung with these flags of V8.
const isRun = process.argv.slice(2).find((word) => ["run", "check", "schema"].includes(word)) === "run"
if (isRun) {
  require("../dist/bundle/smallHeap.cjs").keep()
  // With these flags alone: what is compiled with others cannot be used, and would take its place.
  require("../dist/bundle/compiled.cjs").enable()
}
require("../dist/bundle/main.cjs")
