/** The variables of `Proxies`, so that whoever has none of them set need not load the rest. */
export const proxyVariables = ["https_proxy", "http_proxy", "all_proxy", "no_proxy"].flatMap((name) => [
  name,
  name.toUpperCase()
])
