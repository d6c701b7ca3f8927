/** Links between files, as links between pages; what is a file and no page is its text alone. */
import { isElsewhere, pageOf, target } from "./Pages.ts"

interface Token {
  type: string
  hidden: boolean
  content: string
  children: Array<Token> | null
  attrGet(name: string): string | null
  attrSet(name: string, value: string): void
}
interface State {
  readonly tokens: Array<Token>
  readonly env: { readonly path: string; readonly realPath?: string }
}
interface Markdown {
  readonly core: { readonly ruler: { push(name: string, rule: (state: State) => void): void } }
}

/** Where a link of a file leads in the site; nothing if that is no page. */
export const hrefInSite = (file: string, href: string): string | undefined => {
  // The sign beside a heading, too: search knows headings by it.
  if (isElsewhere(href) || /^[/#]/.test(href)) return href
  const { anchor, file: aimed } = target(file, href)
  const page = pageOf(aimed)
  if (page === undefined) return undefined
  return `/${page}${anchor === "" ? "" : `#${anchor}`}`
}

/** The plugin of markdown-it. @param fromRoot the path of a file, from the root of the checkout */
export const sitedLinks = (markdown: Markdown, fromRoot: (path: string) => string): void =>
  markdown.core.ruler.push("sited-links", ({ env, tokens }) => {
    const file = fromRoot(env.realPath ?? env.path)
    for (const { children } of tokens) {
      let isDropped = false
      for (const token of children ?? []) {
        if (token.type === "link_open") {
          const to = hrefInSite(file, token.attrGet("href") ?? "")
          isDropped = to === undefined
          if (to !== undefined) token.attrSet("href", to)
        }
        if (isDropped && (token.type === "link_open" || token.type === "link_close")) {
          if (token.type === "link_close") isDropped = false
          token.type = "text"
          token.content = ""
        }
      }
    }
  })
