/** The whole way of a call, from the typed service to the simulator's answer, in memory and on one clock. */
export { layer, layerTransport } from "@effect-genesys/simulator/testing"
