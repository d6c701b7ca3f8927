SET LOCAL search_path TO pg_catalog, pg_temp;

ALTER TABLE "genesys".metrics ALTER COLUMN value TYPE numeric USING value::text::numeric;

ALTER TABLE "genesys".users ALTER COLUMN version TYPE numeric USING version::text::numeric;
