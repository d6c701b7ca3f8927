CREATE TEMP TABLE newer ON COMMIT DROP AS
     SELECT n.place, n.key, t.raw IS DISTINCT FROM s.raw OR t.deleted_at IS NOT NULL AS differs
     FROM (SELECT DISTINCT ON (key) place, key, as_of FROM "genesys".export_staging s WHERE s.partition = $1::text AND s.attempt = $2::text
           ORDER BY key, as_of DESC, place DESC) n
     JOIN "genesys".export_staging s USING (place)
     LEFT JOIN "genesys".queues t ON t.id = n.key
     WHERE t.as_of IS NULL OR t.as_of <= n.as_of;

UPDATE "genesys".queues t SET as_of = s.as_of
     FROM pg_temp.newer n JOIN "genesys".export_staging s USING (place)
     WHERE NOT n.differs AND t.id = n.key AND t.as_of < s.as_of;

INSERT INTO "genesys".queues (id, name, division_id, division_name, description, date_created, date_modified, member_count, user_member_count, joined_member_count, scoring_method, skill_evaluation_method, acw_wrapup_prompt, acw_timeout_ms, queue_flow_id, calling_party_name, calling_party_number, enable_transcription, enable_manual_assignment, as_of, raw)
     SELECT s.key, f.name, f.division_id, f.division_name, f.description, f.date_created, f.date_modified, f.member_count, f.user_member_count, f.joined_member_count, f.scoring_method, f.skill_evaluation_method, f.acw_wrapup_prompt, f.acw_timeout_ms, f.queue_flow_id, f.calling_party_name, f.calling_party_number, f.enable_transcription, f.enable_manual_assignment, s.as_of, s.raw
     FROM "genesys".export_staging s, pg_catalog.jsonb_populate_record(NULL::"genesys".queues, s.flat OPERATOR(pg_catalog.->) 'queue') f
     WHERE s.place IN (SELECT s.place FROM pg_temp.newer n JOIN "genesys".export_staging s USING (place) WHERE n.differs)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, division_id = excluded.division_id, division_name = excluded.division_name, description = excluded.description, date_created = excluded.date_created, date_modified = excluded.date_modified, member_count = excluded.member_count, user_member_count = excluded.user_member_count, joined_member_count = excluded.joined_member_count, scoring_method = excluded.scoring_method, skill_evaluation_method = excluded.skill_evaluation_method, acw_wrapup_prompt = excluded.acw_wrapup_prompt, acw_timeout_ms = excluded.acw_timeout_ms, queue_flow_id = excluded.queue_flow_id, calling_party_name = excluded.calling_party_name, calling_party_number = excluded.calling_party_number, enable_transcription = excluded.enable_transcription, enable_manual_assignment = excluded.enable_manual_assignment, as_of = excluded.as_of, raw = excluded.raw, deleted_at = NULL;

DELETE FROM "genesys".queue_member_groups WHERE id IN (SELECT key FROM pg_temp.newer WHERE differs);

INSERT INTO "genesys".queue_member_groups
       SELECT f.* FROM "genesys".export_staging s, pg_catalog.jsonb_populate_recordset(NULL::"genesys".queue_member_groups, s.flat OPERATOR(pg_catalog.->) 'queue_member_groups') f
       WHERE s.place IN (SELECT s.place FROM pg_temp.newer n JOIN "genesys".export_staging s USING (place) WHERE n.differs);

UPDATE "genesys".queues t SET as_of = $3::timestamptz, deleted_at = COALESCE(t.deleted_at, $3::timestamptz)
   WHERE t.as_of <= $3::timestamptz AND NOT EXISTS (
     SELECT 1 FROM "genesys".export_staging s WHERE s.partition = $1::text AND s.attempt = $2::text AND s.key = t.id);

INSERT INTO "genesys".export_checkpoint (partition, entry)
     SELECT r.partition, r.entry FROM "genesys".export_readings r WHERE r.partition = $1::text AND r.attempt = $2::text
     ON CONFLICT (partition) DO UPDATE SET entry = excluded.entry;

DELETE FROM "genesys".export_readings r WHERE r.partition = $1::text;

DELETE FROM "genesys".export_staging s WHERE s.partition = $1::text;
