// Whoever has not gone over to modules takes the packages with `require`: all that can be imported of them, by the names that are given.
const { createTokenManager } = require("@effect-genesys/auth")
const { Environment } = require("@effect-genesys/auth/Environment")
const { GenesysClient } = require("@effect-genesys/client/GenesysClient")
const names = process.argv.slice(2)
// Some are types alone.
const full = names.filter((name) => Object.keys(require(name)).length > 0)
console.log(typeof createTokenManager, typeof Environment.layer, typeof GenesysClient.use, full.length > 100)
