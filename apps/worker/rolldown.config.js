import { options, output } from "../../rolldown.base.js"

export default { ...options, input: "src/main.ts", output: { ...output, dir: "dist/bundle" } }
