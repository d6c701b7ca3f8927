/**
 * What a shell reads at its start: a line or two that load the completions when somebody first asks for one. A shell must not wait for
 * a program each time that it is opened.
 */
export type StubShell = "bash" | "zsh"

/** What the stub asks for, beside the shell. */
export const whole = "--whole"

const stubs: Record<StubShell, string> = {
  bash: `_genesys() {
  unset -f _genesys
  eval "$(command genesys completions bash ${whole} 2>/dev/null)"
  declare -F _genesys >/dev/null && _genesys "$@"
}
complete -F _genesys genesys
`,
  // Found in a folder of fpath, the whole of the file is the function.
  zsh: `#compdef genesys
_genesys() {
  unfunction _genesys
  eval "$(command genesys completions zsh ${whole} 2>/dev/null)"
  (( $+functions[_genesys] )) && _genesys "$@"
}
if [[ "\${zsh_eval_context[-1]}" == "loadautofunc" ]]; then
  _genesys "$@"
else
  compdef _genesys genesys
fi
`
}

/** The stub of a shell; nothing for one that loads its completions late by itself. */
export const of = (shell: string): string | undefined =>
  shell === "bash" || shell === "zsh" ? stubs[shell] : undefined
