/** `genesys-worker schema`: the JSON Schema of the settings file, for editors. */
import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as WorkerSettingsFile from "../settings/WorkerSettingsFile.ts"

export const schema = Command.make("schema", {}, () =>
  Effect.suspend(() => Console.log(JSON.stringify(WorkerSettingsFile.jsonSchema(), undefined, 2)))
).pipe(
  Command.withDescription("Prints the JSON Schema of the settings file. settings.schema.json is a copy of it."),
  Command.withExamples([
    { command: "genesys-worker schema > settings.schema.json", description: "For an editor that checks the file" }
  ])
)
