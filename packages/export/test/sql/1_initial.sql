SET LOCAL search_path TO pg_catalog, pg_temp;

CREATE TABLE "genesys".conversations (
    conversation_id text PRIMARY KEY, day date NOT NULL, conversation_start timestamptz, conversation_end timestamptz,
    originating_direction text, conversation_initiator text, external_tag text, division_ids text[],
    as_of timestamptz NOT NULL, raw jsonb NOT NULL);

CREATE INDEX ON "genesys".conversations (conversation_start);

CREATE TABLE "genesys".participants (conversation_id text NOT NULL, participant int NOT NULL,
    participant_id text, participant_name text, purpose text, user_id text, team_id text, external_contact_id text,
    PRIMARY KEY (conversation_id, participant));

CREATE TABLE "genesys".sessions (conversation_id text NOT NULL, participant int NOT NULL, session int NOT NULL,
    session_id text, media_type text, direction text, ani text, dnis text, provider text, remote text, message_type text,
    used_routing text, PRIMARY KEY (conversation_id, participant, session));

CREATE TABLE "genesys".segments (conversation_id text NOT NULL, participant int NOT NULL, session int NOT NULL, segment int NOT NULL,
    segment_start timestamptz, segment_end timestamptz, segment_type text, queue_id text, disconnect_type text,
    error_code text, wrap_up_code text, wrap_up_note text, conference boolean, subject text,
    PRIMARY KEY (conversation_id, participant, session, segment));

CREATE TABLE "genesys".metrics (conversation_id text NOT NULL, participant int NOT NULL, session int NOT NULL, metric int NOT NULL,
    name text, value double precision, emit_date timestamptz,
    PRIMARY KEY (conversation_id, participant, session, metric));

CREATE TABLE "genesys".users (
    id text PRIMARY KEY, name text, email text, username text, department text, title text, state text,
    division_id text, division_name text, version double precision, as_of timestamptz NOT NULL, raw jsonb NOT NULL);

CREATE TABLE "genesys".export_checkpoint (partition text PRIMARY KEY, entry jsonb NOT NULL);

CREATE UNLOGGED TABLE "genesys".export_staging (
    place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, partition text NOT NULL, key text NOT NULL,
    as_of timestamptz NOT NULL, raw jsonb NOT NULL, flat jsonb NOT NULL);

CREATE INDEX ON "genesys".export_staging (partition);
