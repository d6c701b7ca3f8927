import { defineAsyncComponent } from "vue"
import DefaultTheme from "vitepress/theme"
import type { Theme } from "vitepress"
import "./pages.css"

const theme: Theme = {
  extends: DefaultTheme,
  enhanceApp: ({ app }) => {
    // Only one page has it, and it brings the code of the token manager.
    app.component(
      "TokenLife",
      defineAsyncComponent(() => import("./TokenLife.vue"))
    )
  }
}
export default theme
