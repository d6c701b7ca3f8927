-- Makes the role that the dashboard reads with. It sees the export, and nothing of what the workers share among themselves (genesys_fleet).
-- To be run by the role that exports, in its database, before or after the first export; its password comes afterwards.
CREATE SCHEMA IF NOT EXISTS genesys;
CREATE ROLE reader LOGIN;
ALTER ROLE reader SET default_transaction_read_only = on;
ALTER ROLE reader SET statement_timeout = '30s';
GRANT USAGE ON SCHEMA genesys TO reader;
GRANT SELECT ON ALL TABLES IN SCHEMA genesys TO reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA genesys GRANT SELECT ON TABLES TO reader;
