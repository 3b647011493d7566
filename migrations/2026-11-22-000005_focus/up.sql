CREATE TABLE focus_sessions (
  user_id uuid NOT NULL,
  id uuid NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  duration_min integer,
  label text,
  outcome text NOT NULL,
  focus_min integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  CONSTRAINT focus_sessions_pkey PRIMARY KEY (user_id, id),
  CONSTRAINT focus_sessions_duration_check CHECK (duration_min BETWEEN 1 AND 480),
  CONSTRAINT focus_sessions_outcome_check CHECK (outcome IN ('running', 'completed', 'abandoned')),
  CONSTRAINT focus_sessions_ended_check CHECK ((ended_at IS NULL) = (outcome = 'running') AND ended_at >= started_at)
);
COMMENT ON TABLE focus_sessions IS 'tenant: stretches of time in which somebody means to attend to one thing; instants in whole milliseconds';
COMMENT ON COLUMN focus_sessions.ended_at IS 'none while it runs';
COMMENT ON COLUMN focus_sessions.duration_min IS 'minutes that were planned; none where the end is open';
COMMENT ON COLUMN focus_sessions.focus_min IS 'whole minutes from start to end, at most those planned or 480';
SELECT tenant_table('focus_sessions');
ALTER TABLE focus_sessions ADD CONSTRAINT focus_sessions_user_fkey FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE;
-- What was kept offline and sent again is the same session; the order of time serves what asks for a range.
CREATE UNIQUE INDEX focus_sessions_time_key ON focus_sessions (user_id, started_at, ended_at);
-- One runs at a time, whoever starts how many at once.
CREATE UNIQUE INDEX focus_sessions_running_key ON focus_sessions (user_id) WHERE ended_at IS NULL;

CREATE TABLE xp_ledger (
  user_id uuid NOT NULL,
  reason text NOT NULL,
  source_id uuid NOT NULL,
  xp integer NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT xp_ledger_pkey PRIMARY KEY (user_id, reason, source_id),
  CONSTRAINT xp_ledger_reason_check CHECK (reason IN ('session_completed', 'session_deleted'))
);
COMMENT ON TABLE xp_ledger IS 'tenant: why somebody has the points they have; rows are added and never changed';
COMMENT ON COLUMN xp_ledger.source_id IS 'the session, which may have been deleted since';
COMMENT ON COLUMN xp_ledger.xp IS 'points given, or taken where below zero: one for each minute of focus that no other session covers already';
SELECT tenant_table('xp_ledger');
REVOKE UPDATE, DELETE ON xp_ledger FROM almanac_tenant;
ALTER TABLE xp_ledger ADD CONSTRAINT xp_ledger_user_fkey FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE;

CREATE TABLE garden (
  user_id uuid NOT NULL,
  id uuid NOT NULL,
  session_id uuid NOT NULL,
  plant_num integer NOT NULL,
  plant_type text NOT NULL,
  growth_stage smallint NOT NULL,
  withered boolean NOT NULL,
  chosen boolean NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT garden_pkey PRIMARY KEY (user_id, id),
  CONSTRAINT garden_stage_check CHECK (growth_stage BETWEEN 0 AND 5)
);
COMMENT ON TABLE garden IS 'tenant: plants, one a focus session';
COMMENT ON COLUMN garden.plant_num IS 'its number in the garden, or what its client calls it';
COMMENT ON COLUMN garden.plant_type IS 'a species (domain/src/garden.rs), or what its client calls it';
COMMENT ON COLUMN garden.growth_stage IS '0, just planted, to 5, grown';
COMMENT ON COLUMN garden.chosen IS 'a client made it; the others were planted when their session started';
SELECT tenant_table('garden');
ALTER TABLE garden ADD CONSTRAINT garden_session_fkey FOREIGN KEY (user_id, session_id) REFERENCES focus_sessions (user_id, id) ON DELETE CASCADE;
CREATE UNIQUE INDEX garden_session_key ON garden (user_id, session_id);

CREATE TABLE focus_days (
  user_id uuid NOT NULL,
  date date NOT NULL,
  focus_min integer NOT NULL,
  sessions integer NOT NULL,
  CONSTRAINT focus_days_pkey PRIMARY KEY (user_id, date)
);
COMMENT ON TABLE focus_days IS 'tenant: what the completed sessions that start on a local day add up to; days without one have no row; derived from focus_sessions';
SELECT tenant_table('focus_days');
ALTER TABLE focus_days ADD CONSTRAINT focus_days_user_fkey FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE;

CREATE TABLE focus_totals (
  user_id uuid NOT NULL,
  xp_points bigint NOT NULL,
  focus_min bigint NOT NULL,
  sessions bigint NOT NULL,
  best_streak integer NOT NULL,
  last_streak integer NOT NULL,
  last_date date,
  updated_at timestamptz NOT NULL,
  CONSTRAINT focus_totals_pkey PRIMARY KEY (user_id)
);
COMMENT ON TABLE focus_totals IS 'tenant: what somebody''s focus adds up to; derived from focus_days and xp_ledger';
COMMENT ON COLUMN focus_totals.best_streak IS 'the most days in a row with a completed session';
COMMENT ON COLUMN focus_totals.last_streak IS 'days in a row up to last_date';
COMMENT ON COLUMN focus_totals.last_date IS 'the last day with a completed session';
SELECT tenant_table('focus_totals');
ALTER TABLE focus_totals ADD CONSTRAINT focus_totals_user_fkey FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE;
ALTER TABLE users DROP COLUMN xp_points;
