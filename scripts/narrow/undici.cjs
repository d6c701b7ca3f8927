/**
 * What the programs use of undici: its connections, and WebSocket and FormData once they are asked for. Undici's own index runs all that it
 * has (fetch, mocks, caches, an event source), which takes three times as long, and 12 MB of memory in each process.
 */
"use strict"
const Dispatcher = require("undici/lib/dispatcher/dispatcher.js")

// As undici's own index does: `request` and the like are methods of a dispatcher.
Object.assign(Dispatcher.prototype, require("undici/lib/api/index.js"))

module.exports = {
  Dispatcher,
  Agent: require("undici/lib/dispatcher/agent.js"),
  Client: require("undici/lib/dispatcher/client.js"),
  Pool: require("undici/lib/dispatcher/pool.js"),
  ProxyAgent: require("undici/lib/dispatcher/proxy-agent.js"),
  buildConnector: require("undici/lib/core/connect.js"),
  errors: require("undici/lib/core/errors.js"),
  get FormData() {
    return require("undici/lib/web/fetch/formdata.js").FormData
  },
  get WebSocket() {
    return require("undici/lib/web/websocket/websocket.js").WebSocket
  }
}
