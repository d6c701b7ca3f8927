/** What to type after a failure, by its kind: the second line of an error in a terminal. Scripts get the first one alone. */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

const doctor = "genesys doctor, which looks for the cause and says what to do"
const help = "the same command with --help, which says what it takes"
const again = "the same command once more: what is done is kept"
const status = "genesys status, which shows where each setting comes from"

/** By the tag of the error. */
export const byTag: Readonly<Record<string, string>> = {
  AuthenticationError: doctor,
  UnauthorizedError: doctor,
  UnavailableError: doctor,
  ClockError: doctor,
  DemoError: doctor,
  PermissionError: "genesys whoami, which shows the OAuth client whose role has to permit it",
  RateLimitError: "genesys status, which shows what is left of the rate limit and when there is more",
  NotFoundError: "the list of what there is, such as genesys users list or genesys queues list",
  ConflictError: "genesys api with the path of what is there, which shows it as it is now",
  InvalidRequestError: help,
  UsageError: help,
  JqError: help,
  ListError: help,
  QueryError: "genesys query 'SELECT * FROM …' on a table of the copy, and genesys query --help",
  ScenarioError: "genesys simulator --help, which says what a scenario is",
  UnknownClientError: "genesys simulator, which prints the client that it knows",
  ConfigurationError: status,
  TokenStoreError: status,
  UntrustedFile: "the same command with a place that is yours alone, such as a folder below your home",
  JobError: again,
  IncompleteError: again,
  SinkError: again,
  CheckpointError: again,
  LockedError: "the same command when the other one has ended",
  OtherOrgError: "genesys whoami, which shows the organization, or the same command with another folder",
  FileExportError: again,
  NotWholeError: "the same command with --force",
  BulkError: "the same command once more: with --done it repeats what failed, and nothing else",
  MissingSdkError: "npm install purecloud-platform-client-v2, in the folder of the program",
  Busy: "the same command when the other one has ended"
}

const Failure = Schema.Struct({ _tag: Schema.String, message: Schema.String })
const decode = Schema.decodeUnknownOption(Failure)

/** None where the message itself says what to type, or nothing would help. */
export const of = (error: unknown): string | undefined =>
  Option.getOrUndefined(
    Option.flatMap(decode(error), ({ _tag, message }) =>
      /\bgenesys [a-z]/.test(message) || !Object.hasOwn(byTag, _tag)
        ? Option.none()
        : Option.fromUndefinedOr(byTag[_tag])
    )
  )
