/** Answers `genesys completions bash` and `zsh`, which a shell asks for at its start, with what the full parser prints. */
import * as ShellStub from "../completions/ShellStub.ts"
import { printed } from "./printed.ts"

export const answer = (shell: string): boolean => printed(ShellStub.of(shell)?.trimEnd() ?? "")
