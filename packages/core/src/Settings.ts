/**
 * Every setting of the programs and the packages, once: what it names, and from where it may come. A `.env` lies in a folder that
 * somebody else may have filled, so what it may bring follows from what a setting names, and from nothing else.
 */
import { settingNames } from "./SettingNames.ts"

export { settingNames }

/** What whoever sets it decides. */
export type Names =
  | "who we are"
  | "a region of Genesys Cloud"
  | "a harmless value"
  | "a host"
  | "hosts without encryption"
  | "a proxy"
  | "a certificate or key"
  | "a file"
  | "a folder"
  | "a profile"
  | "a place for secrets"
  | "a telemetry target"
  | "a bind address"
  | "a database"
  | "a program"
  | "a program's output"

/** Who reads a setting: one of the programs, or the packages in a program of yours. */
export type Program = "genesys" | "genesys-worker" | "packages"

/** One setting: its variable, what it names, who reads it, and what else can say the same. */
export interface Rule {
  /** The variable of the environment. */
  readonly name: string
  readonly names: Names
  /** It must not be shown. */
  readonly secret: boolean
  /** Other names of the same variable. */
  readonly aliases: ReadonlyArray<string>
  readonly programs: ReadonlyArray<Program>
  /** The flag that says the same. */
  readonly flag?: string
  /** Whether a profile of `genesys login` can say it. */
  readonly profile: boolean
  /** The field of the worker's settings file that says the same. */
  readonly field?: string
}

/**
 * - `always`: it steers no secret;
 * - `with the secret`: it says where a secret is sent, so the secret must stand as text in the same file, and count;
 * - `never`.
 */
export type FromDotEnv = "always" | "with the secret" | "never"

/** Whether a `.env` may bring a setting. */
export const fromDotEnv = ({ names }: Pick<Rule, "names">): FromDotEnv => {
  if (names === "who we are" || names === "a region of Genesys Cloud" || names === "a harmless value") return "always"
  return names === "a host" ? "with the secret" : "never"
}

const all: ReadonlyArray<Program> = ["genesys", "genesys-worker", "packages"]
const both: ReadonlyArray<Program> = ["genesys", "genesys-worker"]
const worker: ReadonlyArray<Program> = ["genesys-worker"]

const rule = (
  name: string,
  names: Names,
  programs: ReadonlyArray<Program>,
  more: Partial<Pick<Rule, "aliases" | "field" | "flag" | "profile" | "secret">> = {}
): Rule => ({ name, names, programs, secret: false, aliases: [], profile: false, ...more })

const proxy = (name: string): Rule =>
  rule(name, "a proxy", all, { aliases: [name.toLowerCase()], secret: name !== "NO_PROXY" })

/** The rules of all settings that have a variable of ours. */
export const rules: ReadonlyArray<Rule> = [
  rule(settingNames.clientId, "who we are", all, {
    aliases: ["GENESYSCLOUD_OAUTHCLIENT_ID"],
    flag: "login --client-id",
    profile: true,
    field: "orgs.*.clientIdEnv"
  }),
  rule(settingNames.clientSecret, "who we are", all, {
    aliases: ["GENESYSCLOUD_OAUTHCLIENT_SECRET"],
    secret: true,
    profile: true,
    field: "orgs.*.clientSecretEnv"
  }),
  rule(settingNames.clientSecretFile, "a file", all, { field: "orgs.*.clientSecretFile" }),
  rule(settingNames.region, "a region of Genesys Cloud", all, {
    aliases: ["GENESYSCLOUD_REGION"],
    flag: "--region",
    profile: true,
    field: "orgs.*.region"
  }),
  rule(settingNames.loginUrl, "a host", all, { profile: true, field: "orgs.*.loginUrl" }),
  rule(settingNames.apiUrl, "a host", all, { profile: true, field: "orgs.*.apiUrl" }),
  rule(settingNames.allowHttp, "hosts without encryption", all),
  rule(settingNames.profile, "a profile", both, { flag: "--profile", field: "orgs.*.profile" }),
  rule(settingNames.secretStore, "a place for secrets", ["genesys"]),
  ...["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"].map(proxy),
  rule(settingNames.caFile, "a certificate or key", all),
  rule(settingNames.clientCertFile, "a certificate or key", all),
  rule(settingNames.clientKeyFile, "a certificate or key", all),
  rule(settingNames.clientKeyPassphrase, "a certificate or key", all, { secret: true }),
  rule(settingNames.postgresCa, "a certificate or key", both, { flag: "--ca", field: "jobs.*.sink.ca" }),
  rule(settingNames.configDir, "a folder", both),
  rule(settingNames.configHome, "a folder", both),
  rule(settingNames.cacheHome, "a folder", both),
  rule(settingNames.workerFile, "a file", worker, { flag: "--file" }),
  rule(settingNames.workerPort, "a bind address", worker, { field: "http.port" }),
  rule(settingNames.workerHost, "a bind address", worker, { field: "http.host" }),
  rule(settingNames.workerHosts, "a bind address", worker, { field: "http.hosts" }),
  rule(settingNames.workerDrain, "a harmless value", worker, { field: "drain" }),
  rule(settingNames.clusterUrl, "a database", worker, { secret: true, field: "cluster.database" }),
  rule(settingNames.clusterAddress, "a bind address", worker, { field: "cluster.address" }),
  rule(settingNames.interval, "a harmless value", both, { flag: "watch --every", field: "jobs.*.every" }),
  rule(settingNames.email, "a harmless value", both, { flag: "watch --email", field: "jobs.*.email" }),
  rule(settingNames.logLevel, "a program's output", both, { flag: "--log-level" }),
  rule(settingNames.logFormat, "a program's output", both),
  rule(settingNames.noColor, "a program's output", both, { flag: "--no-color" }),
  ...["", "_TRACES", "_METRICS", "_LOGS"].flatMap((signal) => [
    rule(`OTEL_EXPORTER_OTLP${signal}_ENDPOINT`, "a telemetry target", worker),
    rule(`OTEL_EXPORTER_OTLP${signal}_HEADERS`, "a telemetry target", worker, { secret: true })
  ]),
  rule(settingNames.serviceName, "a telemetry target", worker),
  rule("OTEL_RESOURCE_ATTRIBUTES", "a telemetry target", worker)
]

/** Node's own variables, which it has read before our programs do. */
const ofNode: ReadonlyArray<Rule> = [
  rule("NODE_EXTRA_CA_CERTS", "a certificate or key", all),
  rule("NODE_USE_SYSTEM_CA", "a certificate or key", all),
  rule("NODE_COMPILE_CACHE", "a folder", both)
]

/** What only a flag or a field of the settings file can say. */
const unnamed: ReadonlyArray<Omit<Rule, "name">> = [
  rule("", "a bind address", ["genesys"], { flag: "proxy --socket" }),
  rule("", "a bind address", ["genesys"], { flag: "proxy --port" }),
  rule("", "a file", ["genesys"], { flag: "proxy --secret-file" }),
  rule("", "a bind address", ["genesys"], { flag: "simulator --host" }),
  rule("", "a bind address", ["genesys"], { flag: "simulator --port" }),
  rule("", "a file", ["genesys"], { flag: "--out" }),
  rule("", "a file", ["genesys"], { flag: "--input" }),
  rule("", "a file", ["genesys"], { flag: "--state" }),
  rule("", "a database", ["genesys"], { flag: "--postgres" }),
  rule("", "a folder", worker, { field: "jobs.*.sink.ndjson" }),
  rule("", "a database", worker, { field: "jobs.*.sink.postgres" }),
  rule("", "a program", worker, { field: "jobs.*.command" })
]

/** All names of a setting. */
export const namesOf = ({ aliases, name }: Rule): ReadonlyArray<string> => [name, ...aliases]

/** The rule of a variable, by any of its names. All of OpenTelemetry's variables go by one rule. */
export const find = (variable: string): Rule | undefined =>
  [...rules, ...ofNode].find((one) => namesOf(one).includes(variable)) ??
  (variable.startsWith("OTEL_") ? rule(variable, "a telemetry target", worker) : undefined)

const cell = (text: string | undefined) => (text === undefined ? "" : `\`${text}\``)

const others: ReadonlyArray<Rule> = [rule("OTEL_*", "a telemetry target", worker), ...ofNode]

/** As a table in Markdown, for people. */
export const table = (): string => {
  const named = [...rules, ...others].map((one) => [
    namesOf(one).map(cell).join(", "),
    one.names,
    "yes",
    { always: "yes", "with the secret": "with the secret", never: "never" }[fromDotEnv(one)],
    cell(one.flag),
    one.profile ? "yes" : "",
    cell(one.field)
  ])
  const rest = unnamed.map((one) => ["", one.names, "", "never", cell(one.flag), "", cell(one.field)])
  const head = ["variable", "it names", "environment", "`.env`", "flag", "profile", "settings file"]
  return [head, head.map(() => "---"), ...named, ...rest].map((cells) => `| ${cells.join(" | ")} |`).join("\n")
}
