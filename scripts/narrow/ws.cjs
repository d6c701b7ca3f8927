/** The package ws, when somebody opens a WebSocket or offers one: an HTTP server without has it loaded for nothing. */
"use strict"
module.exports = {
  get WebSocket() {
    return require("ws").WebSocket
  },
  get WebSocketServer() {
    return require("ws").WebSocketServer
  }
}
