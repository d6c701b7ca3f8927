/** What Vite loads that is no TypeScript. */
declare module "*.vue" {
  import type { DefineComponent } from "vue"
  const component: DefineComponent
  export default component
}
declare module "*.css"
