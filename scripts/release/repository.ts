/** Writes into the manifests from which repository they are released: the one that is given. */
import { setRepository } from "./Release.ts"

setRepository(process.argv[2] ?? "")
