import { relative } from "node:path"
import { defineConfig } from "vitepress"
import { noPages, pageOf, root, slug } from "../site/Pages.ts"
import { sitedLinks } from "../site/sitedLinks.ts"
import { sidebar } from "../site/Sidebar.ts"

export default defineConfig({
  title: "effect-genesys",
  description: "A Genesys Cloud token that lives for as long as the program does, and every call made through it.",
  lang: "en",
  srcDir: "..",
  srcExclude: [...noPages],
  // A file of the checkout, or where it is in the site.
  rewrites: (file) => pageOf(file) ?? file,
  outDir: ".vitepress/dist",
  cacheDir: "../node_modules/.cache/vitepress",
  // It is served by whoever builds it, below any path: `npm run docs:build -- --base /docs/`.
  lastUpdated: false,
  markdown: {
    anchor: { slugify: slug },
    config: (markdown) => markdown.use(sitedLinks, (path: string) => relative(root, path).replaceAll("\\", "/"))
  },
  themeConfig: {
    nav: [
      { text: "Start", link: "/start/command-line" },
      { text: "Guide", link: "/guide/token-life" },
      { text: "Recipes", link: "/recipes/many-orgs" },
      { text: "Operations", link: "/operations/troubleshooting" },
      { text: "Reference", link: "/reference/" }
    ],
    sidebar,
    outline: [2, 3],
    search: { provider: "local" },
    docFooter: { prev: "Before", next: "Next" }
  },
  vite: {
    publicDir: "docs/public",
    // The esbuild of this Vite knows no later one, which the sources of the packages are compiled for.
    esbuild: { tsconfigRaw: { compilerOptions: { target: "ES2022" } } },
    resolve: { conditions: ["@effect-genesys/source"] },
    // Search has the text of all pages in one file, which is loaded when somebody searches.
    build: { chunkSizeWarningLimit: 4_000 },
    server: { fs: { allow: [root] } }
  }
})
