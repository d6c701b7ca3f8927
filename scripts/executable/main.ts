/**
 * What the single-file executable runs: `genesys`, and the worker that its demo starts. Of others it loads nothing: there is no folder
 * beside it that anybody has installed with care.
 */
const isWorker = process.argv[2] === "genesys-worker"

if (isWorker) {
  process.argv.splice(2, 1)
  // As it is started with Node: signals that come before the program is loaded are kept.
  void import("../../apps/worker/bin/genesys-worker.cjs")
} else {
  void import("../../apps/cli/src/main.ts")
}
