/** The names of settings, apart from their rules, so that whoever asks for one of them need not load those. */

/** The variables of the environment that packages and programs ask for by name. */
export const settingNames = {
  region: "GENESYS_CLOUD_REGION",
  loginUrl: "GENESYS_CLOUD_LOGIN_URL",
  apiUrl: "GENESYS_CLOUD_API_URL",
  clientId: "GENESYS_CLOUD_CLIENT_ID",
  clientSecret: "GENESYS_CLOUD_CLIENT_SECRET",
  clientSecretFile: "GENESYS_CLOUD_CLIENT_SECRET_FILE",
  profile: "GENESYS_CLOUD_PROFILE",
  secretStore: "GENESYS_CLOUD_SECRET_STORE",
  caFile: "GENESYS_CLOUD_CA_FILE",
  clientCertFile: "GENESYS_CLOUD_CLIENT_CERT_FILE",
  clientKeyFile: "GENESYS_CLOUD_CLIENT_KEY_FILE",
  clientKeyPassphrase: "GENESYS_CLOUD_CLIENT_KEY_PASSPHRASE",
  postgresCa: "PGSSLROOTCERT",
  configDir: "GENESYS_CONFIG_DIR",
  configHome: "XDG_CONFIG_HOME",
  cacheHome: "XDG_CACHE_HOME",
  workerFile: "GENESYS_WORKER_FILE",
  workerPort: "GENESYS_WORKER_PORT",
  workerHost: "GENESYS_WORKER_HOST",
  workerHosts: "GENESYS_WORKER_HOSTS",
  workerDrain: "GENESYS_WORKER_DRAIN",
  clusterUrl: "GENESYS_WORKER_CLUSTER_URL",
  clusterAddress: "GENESYS_WORKER_CLUSTER_ADDRESS",
  interval: "GENESYS_WORKER_INTERVAL",
  email: "GENESYS_WORKER_EMAIL",
  logLevel: "LOG_LEVEL",
  logFormat: "LOG_FORMAT",
  noColor: "NO_COLOR",
  serviceName: "OTEL_SERVICE_NAME"
} as const
