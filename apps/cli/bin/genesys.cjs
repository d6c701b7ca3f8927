#!/usr/bin/env node
// Written so that an old Node can read it, and say what is wrong.
"use strict"
const version = process.versions.node.split(".").map(Number)
if (version[0] < 22 || (version[0] === 22 && version[1] < 19)) {
  console.error("genesys: needs Node 22.19 or later; this is " + process.versions.node + ".")
  process.exit(2)
}
require("../dist/bundle/quick/main.cjs")
