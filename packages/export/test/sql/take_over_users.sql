CREATE TEMP TABLE newer ON COMMIT DROP AS
     SELECT n.place, n.key, t.raw IS DISTINCT FROM s.raw AS differs
     FROM (SELECT DISTINCT ON (key) place, key, as_of FROM "genesys".export_staging s WHERE s.partition = $1::text AND s.attempt = $2::text
           ORDER BY key, as_of DESC, place DESC) n
     JOIN "genesys".export_staging s USING (place)
     LEFT JOIN "genesys".users t ON t.id = n.key
     WHERE t.as_of IS NULL OR t.as_of <= n.as_of;

UPDATE "genesys".users t SET as_of = s.as_of
     FROM pg_temp.newer n JOIN "genesys".export_staging s USING (place)
     WHERE NOT n.differs AND t.id = n.key AND t.as_of < s.as_of;

INSERT INTO "genesys".users (id, name, email, username, department, title, state, division_id, division_name, version, as_of, raw)
     SELECT s.key, f.name, f.email, f.username, f.department, f.title, f.state, f.division_id, f.division_name, f.version, s.as_of, s.raw
     FROM "genesys".export_staging s, pg_catalog.jsonb_populate_record(NULL::"genesys".users, s.flat OPERATOR(pg_catalog.->) 'user') f
     WHERE s.place IN (SELECT s.place FROM pg_temp.newer n JOIN "genesys".export_staging s USING (place) WHERE n.differs)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, email = excluded.email, username = excluded.username, department = excluded.department, title = excluded.title, state = excluded.state, division_id = excluded.division_id, division_name = excluded.division_name, version = excluded.version, as_of = excluded.as_of, raw = excluded.raw;

INSERT INTO "genesys".export_checkpoint (partition, entry)
     SELECT r.partition, r.entry FROM "genesys".export_readings r WHERE r.partition = $1::text AND r.attempt = $2::text
     ON CONFLICT (partition) DO UPDATE SET entry = excluded.entry;

DELETE FROM "genesys".export_readings r WHERE r.partition = $1::text;

DELETE FROM "genesys".export_staging s WHERE s.partition = $1::text;
