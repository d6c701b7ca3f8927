CREATE TEMP TABLE newer ON COMMIT DROP AS
     SELECT n.place, n.key, t.raw IS DISTINCT FROM s.raw AS differs
     FROM (SELECT DISTINCT ON (key) place, key, as_of FROM "genesys".export_staging s WHERE s.partition = $1::text AND s.attempt = $2::text
           ORDER BY key, as_of DESC, place DESC) n
     JOIN "genesys".export_staging s USING (place)
     LEFT JOIN "genesys".conversations t ON t.conversation_id = n.key
     WHERE t.as_of IS NULL OR t.as_of <= n.as_of;

UPDATE "genesys".conversations t SET as_of = s.as_of
     FROM pg_temp.newer n JOIN "genesys".export_staging s USING (place)
     WHERE NOT n.differs AND t.conversation_id = n.key AND t.as_of < s.as_of;

INSERT INTO "genesys".conversations (conversation_id, day, conversation_start, conversation_end, originating_direction, conversation_initiator, external_tag, division_ids, access_attributes, associated_conversation_id, conference_start, consultation_conversation_ids, customer_participation, inactivity_timeout, knowledge_base_ids, media_stats_min_conversation_mos, media_stats_min_conversation_r_factor, originating_social_media_public, self_served, as_of, raw)
     SELECT s.key, f.day, f.conversation_start, f.conversation_end, f.originating_direction, f.conversation_initiator, f.external_tag, f.division_ids, f.access_attributes, f.associated_conversation_id, f.conference_start, f.consultation_conversation_ids, f.customer_participation, f.inactivity_timeout, f.knowledge_base_ids, f.media_stats_min_conversation_mos, f.media_stats_min_conversation_r_factor, f.originating_social_media_public, f.self_served, s.as_of, s.raw
     FROM "genesys".export_staging s, pg_catalog.jsonb_populate_record(NULL::"genesys".conversations, s.flat OPERATOR(pg_catalog.->) 'conversation') f
     WHERE s.place IN (SELECT s.place FROM pg_temp.newer n JOIN "genesys".export_staging s USING (place) WHERE n.differs)
     ON CONFLICT (conversation_id) DO UPDATE SET day = excluded.day, conversation_start = excluded.conversation_start, conversation_end = excluded.conversation_end, originating_direction = excluded.originating_direction, conversation_initiator = excluded.conversation_initiator, external_tag = excluded.external_tag, division_ids = excluded.division_ids, access_attributes = excluded.access_attributes, associated_conversation_id = excluded.associated_conversation_id, conference_start = excluded.conference_start, consultation_conversation_ids = excluded.consultation_conversation_ids, customer_participation = excluded.customer_participation, inactivity_timeout = excluded.inactivity_timeout, knowledge_base_ids = excluded.knowledge_base_ids, media_stats_min_conversation_mos = excluded.media_stats_min_conversation_mos, media_stats_min_conversation_r_factor = excluded.media_stats_min_conversation_r_factor, originating_social_media_public = excluded.originating_social_media_public, self_served = excluded.self_served, as_of = excluded.as_of, raw = excluded.raw;

DELETE FROM "genesys".participants WHERE conversation_id IN (SELECT key FROM pg_temp.newer WHERE differs);

INSERT INTO "genesys".participants
       SELECT f.* FROM "genesys".export_staging s, pg_catalog.jsonb_populate_recordset(NULL::"genesys".participants, s.flat OPERATOR(pg_catalog.->) 'participants') f
       WHERE s.place IN (SELECT s.place FROM pg_temp.newer n JOIN "genesys".export_staging s USING (place) WHERE n.differs);

DELETE FROM "genesys".sessions WHERE conversation_id IN (SELECT key FROM pg_temp.newer WHERE differs);

INSERT INTO "genesys".sessions
       SELECT f.* FROM "genesys".export_staging s, pg_catalog.jsonb_populate_recordset(NULL::"genesys".sessions, s.flat OPERATOR(pg_catalog.->) 'sessions') f
       WHERE s.place IN (SELECT s.place FROM pg_temp.newer n JOIN "genesys".export_staging s USING (place) WHERE n.differs);

DELETE FROM "genesys".segments WHERE conversation_id IN (SELECT key FROM pg_temp.newer WHERE differs);

INSERT INTO "genesys".segments
       SELECT f.* FROM "genesys".export_staging s, pg_catalog.jsonb_populate_recordset(NULL::"genesys".segments, s.flat OPERATOR(pg_catalog.->) 'segments') f
       WHERE s.place IN (SELECT s.place FROM pg_temp.newer n JOIN "genesys".export_staging s USING (place) WHERE n.differs);

DELETE FROM "genesys".segment_scored_agents WHERE conversation_id IN (SELECT key FROM pg_temp.newer WHERE differs);

INSERT INTO "genesys".segment_scored_agents
       SELECT f.* FROM "genesys".export_staging s, pg_catalog.jsonb_populate_recordset(NULL::"genesys".segment_scored_agents, s.flat OPERATOR(pg_catalog.->) 'segment_scored_agents') f
       WHERE s.place IN (SELECT s.place FROM pg_temp.newer n JOIN "genesys".export_staging s USING (place) WHERE n.differs);

DELETE FROM "genesys".segment_properties WHERE conversation_id IN (SELECT key FROM pg_temp.newer WHERE differs);

INSERT INTO "genesys".segment_properties
       SELECT f.* FROM "genesys".export_staging s, pg_catalog.jsonb_populate_recordset(NULL::"genesys".segment_properties, s.flat OPERATOR(pg_catalog.->) 'segment_properties') f
       WHERE s.place IN (SELECT s.place FROM pg_temp.newer n JOIN "genesys".export_staging s USING (place) WHERE n.differs);

DELETE FROM "genesys".metrics WHERE conversation_id IN (SELECT key FROM pg_temp.newer WHERE differs);

INSERT INTO "genesys".metrics
       SELECT f.* FROM "genesys".export_staging s, pg_catalog.jsonb_populate_recordset(NULL::"genesys".metrics, s.flat OPERATOR(pg_catalog.->) 'metrics') f
       WHERE s.place IN (SELECT s.place FROM pg_temp.newer n JOIN "genesys".export_staging s USING (place) WHERE n.differs);

DELETE FROM "genesys".session_agent_groups WHERE conversation_id IN (SELECT key FROM pg_temp.newer WHERE differs);

INSERT INTO "genesys".session_agent_groups
       SELECT f.* FROM "genesys".export_staging s, pg_catalog.jsonb_populate_recordset(NULL::"genesys".session_agent_groups, s.flat OPERATOR(pg_catalog.->) 'session_agent_groups') f
       WHERE s.place IN (SELECT s.place FROM pg_temp.newer n JOIN "genesys".export_staging s USING (place) WHERE n.differs);

DELETE FROM "genesys".session_proposed_agents WHERE conversation_id IN (SELECT key FROM pg_temp.newer WHERE differs);

INSERT INTO "genesys".session_proposed_agents
       SELECT f.* FROM "genesys".export_staging s, pg_catalog.jsonb_populate_recordset(NULL::"genesys".session_proposed_agents, s.flat OPERATOR(pg_catalog.->) 'session_proposed_agents') f
       WHERE s.place IN (SELECT s.place FROM pg_temp.newer n JOIN "genesys".export_staging s USING (place) WHERE n.differs);

DELETE FROM "genesys".media_endpoint_stats WHERE conversation_id IN (SELECT key FROM pg_temp.newer WHERE differs);

INSERT INTO "genesys".media_endpoint_stats
       SELECT f.* FROM "genesys".export_staging s, pg_catalog.jsonb_populate_recordset(NULL::"genesys".media_endpoint_stats, s.flat OPERATOR(pg_catalog.->) 'media_endpoint_stats') f
       WHERE s.place IN (SELECT s.place FROM pg_temp.newer n JOIN "genesys".export_staging s USING (place) WHERE n.differs);

DELETE FROM "genesys".session_flow_outcomes WHERE conversation_id IN (SELECT key FROM pg_temp.newer WHERE differs);

INSERT INTO "genesys".session_flow_outcomes
       SELECT f.* FROM "genesys".export_staging s, pg_catalog.jsonb_populate_recordset(NULL::"genesys".session_flow_outcomes, s.flat OPERATOR(pg_catalog.->) 'session_flow_outcomes') f
       WHERE s.place IN (SELECT s.place FROM pg_temp.newer n JOIN "genesys".export_staging s USING (place) WHERE n.differs);

DELETE FROM "genesys".participant_attributes WHERE conversation_id IN (SELECT key FROM pg_temp.newer WHERE differs);

INSERT INTO "genesys".participant_attributes
       SELECT f.* FROM "genesys".export_staging s, pg_catalog.jsonb_populate_recordset(NULL::"genesys".participant_attributes, s.flat OPERATOR(pg_catalog.->) 'participant_attributes') f
       WHERE s.place IN (SELECT s.place FROM pg_temp.newer n JOIN "genesys".export_staging s USING (place) WHERE n.differs);

DELETE FROM "genesys".conversation_evaluations WHERE conversation_id IN (SELECT key FROM pg_temp.newer WHERE differs);

INSERT INTO "genesys".conversation_evaluations
       SELECT f.* FROM "genesys".export_staging s, pg_catalog.jsonb_populate_recordset(NULL::"genesys".conversation_evaluations, s.flat OPERATOR(pg_catalog.->) 'conversation_evaluations') f
       WHERE s.place IN (SELECT s.place FROM pg_temp.newer n JOIN "genesys".export_staging s USING (place) WHERE n.differs);

DELETE FROM "genesys".conversation_surveys WHERE conversation_id IN (SELECT key FROM pg_temp.newer WHERE differs);

INSERT INTO "genesys".conversation_surveys
       SELECT f.* FROM "genesys".export_staging s, pg_catalog.jsonb_populate_recordset(NULL::"genesys".conversation_surveys, s.flat OPERATOR(pg_catalog.->) 'conversation_surveys') f
       WHERE s.place IN (SELECT s.place FROM pg_temp.newer n JOIN "genesys".export_staging s USING (place) WHERE n.differs);

DELETE FROM "genesys".conversation_resolutions WHERE conversation_id IN (SELECT key FROM pg_temp.newer WHERE differs);

INSERT INTO "genesys".conversation_resolutions
       SELECT f.* FROM "genesys".export_staging s, pg_catalog.jsonb_populate_recordset(NULL::"genesys".conversation_resolutions, s.flat OPERATOR(pg_catalog.->) 'conversation_resolutions') f
       WHERE s.place IN (SELECT s.place FROM pg_temp.newer n JOIN "genesys".export_staging s USING (place) WHERE n.differs);

INSERT INTO "genesys".export_checkpoint (partition, entry)
     SELECT r.partition, r.entry FROM "genesys".export_readings r WHERE r.partition = $1::text AND r.attempt = $2::text
     ON CONFLICT (partition) DO UPDATE SET entry = excluded.entry;

DELETE FROM "genesys".export_readings r WHERE r.partition = $1::text;

DELETE FROM "genesys".export_staging s WHERE s.partition = $1::text;
