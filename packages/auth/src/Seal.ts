export { read as readKey } from "@effect-genesys/core/LocalKey"
export { make, type Seal } from "@effect-genesys/core/Seal"
