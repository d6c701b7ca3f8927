SET LOCAL search_path TO pg_catalog, pg_temp;

DELETE FROM "genesys".export_staging;

ALTER TABLE "genesys".export_staging ADD COLUMN attempt text NOT NULL;

CREATE UNLOGGED TABLE "genesys".export_readings (
    attempt text PRIMARY KEY, partition text NOT NULL, rows int NOT NULL, entry jsonb NOT NULL);
