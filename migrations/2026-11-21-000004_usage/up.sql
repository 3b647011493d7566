-- No foreign keys here: each would look up its device once more for every row. Writers lock the device's row first
-- (persistence/src/usage/), which holds the same promise once a batch, and `almanac db verify` looks for orphans.
CREATE TABLE usage (
  user_id uuid NOT NULL,
  started_at timestamptz NOT NULL,
  device_id uuid NOT NULL,
  kind text NOT NULL,
  app text NOT NULL,
  ended_at timestamptz NOT NULL,
  title text,
  url text,
  CONSTRAINT usage_pkey PRIMARY KEY (user_id, started_at, device_id, kind, app),
  CONSTRAINT usage_kind_check CHECK (kind IN ('app', 'website')),
  CONSTRAINT usage_ended_at_check CHECK (ended_at >= started_at)
);
COMMENT ON TABLE usage IS 'tenant: sessions, what a device had in front from one instant to another; instants in whole milliseconds';
SELECT tenant_table('usage');

-- Days are written over and over while they last: room in the page lets an update stay in it, and off the index.
-- Half a page of it is kept as it is: to compress it or put it aside each time would cost more than it saves.
CREATE TABLE usage_days (
  user_id uuid NOT NULL,
  day date NOT NULL,
  device_id uuid NOT NULL,
  duration_ms bigint NOT NULL,
  session_count bigint NOT NULL,
  started_count bigint NOT NULL,
  hours_ms bigint[] NOT NULL,
  coverage bytea NOT NULL,
  apps bytea NOT NULL,
  CONSTRAINT usage_days_pkey PRIMARY KEY (user_id, day, device_id)
) WITH (fillfactor = 50, toast_tuple_target = 4080);
COMMENT ON TABLE usage_days IS 'tenant: what the sessions of a device add up to on a local day; derived from usage';
COMMENT ON COLUMN usage_days.duration_ms IS 'milliseconds, every session for itself';
COMMENT ON COLUMN usage_days.session_count IS 'sessions that touch the day';
COMMENT ON COLUMN usage_days.started_count IS 'sessions that start on the day';
COMMENT ON COLUMN usage_days.hours_ms IS 'milliseconds by what the wall clock showed, 0 to 23';
COMMENT ON COLUMN usage_days.coverage IS 'the moments used, in milliseconds after the first instant of the day: gap and length of each span as LEB128';
COMMENT ON COLUMN usage_days.apps IS 'what each app adds up to: kind, name, milliseconds, sessions that touch the day, that start on it (domain/src/usage/apps.rs); one row a day, because one row an app costs ten times as much to write and to read';
SELECT tenant_table('usage_days');
