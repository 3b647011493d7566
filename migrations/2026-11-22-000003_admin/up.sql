CREATE TABLE ingest_minutes (
  minute timestamptz NOT NULL,
  batches bigint NOT NULL,
  accepted bigint NOT NULL,
  updated bigint NOT NULL,
  duplicates bigint NOT NULL,
  rejected bigint NOT NULL,
  CONSTRAINT ingest_minutes_pkey PRIMARY KEY (minute)
);
COMMENT ON TABLE ingest_minutes IS 'directory: what all server processes together took in, by the minute, for about a month';
COMMENT ON COLUMN ingest_minutes.minute IS 'its first instant';
COMMENT ON COLUMN ingest_minutes.batches IS 'uploads; the other columns count what became of their sessions';

-- People among the guests, whose devices alone use the server.
CREATE INDEX users_people_idx ON users (user_id) WHERE username IS NOT NULL;

CREATE INDEX audit_at_idx ON audit (at, id);
CREATE INDEX audit_actor_idx ON audit (actor_id, at, id);
CREATE INDEX audit_target_idx ON audit (target_id, at, id);
