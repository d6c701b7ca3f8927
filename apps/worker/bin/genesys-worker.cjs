#!/usr/bin/env node
// Written so that an old Node can read it, and say what is wrong.
"use strict"
const version = process.versions.node.split(".").map(Number)
if (version[0] < 22 || (version[0] === 22 && version[1] < 19)) {
  console.error("genesys-worker: needs Node 22.19 or later; this is " + process.versions.node + ".")
  process.exit(2)
}
// Before the heap has grown by what the program loads.
void import("@effect-genesys/export/SmallHeap").then(({ keep }) => {
  keep()
  return import("../dist/main.js")
})
