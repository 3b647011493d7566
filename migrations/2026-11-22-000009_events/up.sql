-- No foreign keys here, as with usage: writers lock the row of their device or account first
-- (crates/service/src/events/ingest.rs), and `almanac db verify` looks for orphans.
CREATE TABLE events (
  user_id uuid NOT NULL,
  occurred_at timestamptz NOT NULL,
  event_id uuid NOT NULL,
  device_id uuid NOT NULL,
  sequence bigint NOT NULL,
  v integer NOT NULL,
  event_type text NOT NULL,
  tab_id bigint,
  window_id bigint,
  active boolean,
  host text,
  url text,
  title text,
  sent_id text,
  CONSTRAINT events_pkey PRIMARY KEY (user_id, occurred_at, event_id)
);
COMMENT ON TABLE events IS 'tenant: what browser extensions report; instants in whole milliseconds';
COMMENT ON COLUMN events.device_id IS 'the browser; nil where the token of the person reported it';
COMMENT ON COLUMN events.sequence IS 'place among the events of the same browser and millisecond: microseconds of the server''s clock plus the place in what came';
COMMENT ON COLUMN events.v IS 'version of the extension''s format, as it was sent';
COMMENT ON COLUMN events.host IS 'of the page, without a www. before it; none where the page has none';
COMMENT ON COLUMN events.url IS 'without name and password; with query and fragment only where the account keeps them';
COMMENT ON COLUMN events.sent_id IS '_id as it was sent, where that is no UUID';
SELECT tenant_table('events');

-- Written over and over while they last, as usage_days is. A year of them is read for one dashboard: nearly all of a page
-- is kept as it is, and lists are packed, because arrays and what is put aside cost more to read than all the rest.
CREATE TABLE browser_days (
  user_id uuid NOT NULL,
  day date NOT NULL,
  device_id uuid NOT NULL,
  events bigint NOT NULL,
  duration_ms bigint NOT NULL,
  hours bytea NOT NULL,
  hours_ms bytea NOT NULL,
  coverage bytea NOT NULL,
  hosts bytea NOT NULL,
  types bytea NOT NULL,
  browser bytea,
  CONSTRAINT browser_days_pkey PRIMARY KEY (user_id, day, device_id)
) WITH (fillfactor = 50, toast_tuple_target = 8160);
COMMENT ON TABLE browser_days IS 'tenant: what the events of a browser add up to on a local day; derived from events';
COMMENT ON COLUMN browser_days.duration_ms IS 'milliseconds that a page was in front';
COMMENT ON COLUMN browser_days.hours IS 'events by what the wall clock showed, 0 to 23: 24 LEB128 numbers';
COMMENT ON COLUMN browser_days.hours_ms IS 'milliseconds in front by what the wall clock showed, 0 to 23: 24 LEB128 numbers';
COMMENT ON COLUMN browser_days.coverage IS 'the moments in which a page was in front, as in usage_days';
COMMENT ON COLUMN browser_days.hosts IS 'what each host has: name, milliseconds, events, visits (domain/src/events/days.rs)';
COMMENT ON COLUMN browser_days.types IS 'events by their types: name, events';
COMMENT ON COLUMN browser_days.browser IS 'what is known of the browser after the last event of the day (domain/src/events/attention/packed.rs): later events go on from it; none on a day that only time reaches into';
SELECT tenant_table('browser_days');
