CREATE TABLE projects (
  user_id uuid NOT NULL,
  id uuid NOT NULL,
  title text NOT NULL,
  description text,
  client text,
  color text,
  hourly_rate numeric(12, 3),
  archived boolean NOT NULL DEFAULT false,
  import_id uuid,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT projects_pkey PRIMARY KEY (user_id, id),
  CONSTRAINT projects_rate_check CHECK (hourly_rate >= 0)
);
COMMENT ON TABLE projects IS 'tenant: what time is spent on';
COMMENT ON COLUMN projects.color IS '0 to 9 of the palette, or #rrggbb';
COMMENT ON COLUMN projects.hourly_rate IS 'what an hour that is billable costs, in the account''s currency';
COMMENT ON COLUMN projects.import_id IS 'the import that made it, until a person changes it: undone, it takes the project away again';
SELECT tenant_table('projects');
ALTER TABLE projects ADD CONSTRAINT projects_user_fkey FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE;

-- Comes with PostgreSQL (its contrib package), and who owns the database may take it in.
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE time_entries (
  user_id uuid NOT NULL,
  id uuid NOT NULL,
  project_id uuid,
  description text,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  tags text[] NOT NULL,
  billable boolean NOT NULL,
  exclusive boolean NOT NULL,
  import_id uuid,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT time_entries_pkey PRIMARY KEY (user_id, id),
  CONSTRAINT time_entries_ended_check CHECK (ended_at >= started_at AND ended_at - started_at <= interval '999 hours'),
  CONSTRAINT time_entries_overlap_excl EXCLUDE USING gist (user_id WITH =, tstzrange(started_at, ended_at) WITH &&) WHERE (exclusive)
);
COMMENT ON TABLE time_entries IS 'tenant: what somebody has spent time on, from when to when; instants in whole milliseconds';
COMMENT ON COLUMN time_entries.ended_at IS 'none while it runs';
COMMENT ON COLUMN time_entries.exclusive IS 'the account forbids that entries overlap: those of which this holds never do; one that runs has no end';
COMMENT ON COLUMN time_entries.import_id IS 'the import that added it';
SELECT tenant_table('time_entries');
ALTER TABLE time_entries ADD CONSTRAINT time_entries_user_fkey FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE;
ALTER TABLE time_entries ADD CONSTRAINT time_entries_project_fkey FOREIGN KEY (user_id, project_id) REFERENCES projects (user_id, id);
-- Lists, newest first, and counting a day anew.
CREATE INDEX time_entries_start_index ON time_entries (user_id, started_at, id);
-- One runs at a time, whoever starts how many at once.
CREATE UNIQUE INDEX time_entries_running_key ON time_entries (user_id) WHERE ended_at IS NULL;
-- What a project has, which goes or moves with it.
CREATE INDEX time_entries_project_index ON time_entries (user_id, project_id) WHERE project_id IS NOT NULL;

CREATE TABLE time_entries_deleted (
  user_id uuid NOT NULL,
  id uuid NOT NULL,
  deleted_at timestamptz NOT NULL,
  CONSTRAINT time_entries_deleted_pkey PRIMARY KEY (user_id, id)
);
COMMENT ON TABLE time_entries_deleted IS 'tenant: ids of entries that are gone, so that none comes back when it is sent again';
SELECT tenant_table('time_entries_deleted');
ALTER TABLE time_entries_deleted ADD CONSTRAINT time_entries_deleted_user_fkey FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE;

CREATE TABLE time_days (
  user_id uuid NOT NULL,
  date date NOT NULL,
  entries bytea NOT NULL,
  CONSTRAINT time_days_pkey PRIMARY KEY (user_id, date)
);
COMMENT ON TABLE time_days IS 'tenant: the entries that began on a date in UTC and have ended, without their ids and descriptions, packed for reports; dates without one have no row; derived from time_entries';
COMMENT ON COLUMN time_days.entries IS 'packed as domain/src/time_entries/spans.rs says';
SELECT tenant_table('time_days');
ALTER TABLE time_days ADD CONSTRAINT time_days_user_fkey FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE;

ALTER TABLE imports DROP CONSTRAINT imports_kind_check;
ALTER TABLE imports ADD CONSTRAINT imports_kind_check CHECK (kind IN ('records', 'intervals', 'readings', 'entries'));
COMMENT ON TABLE imports IS 'tenant: files that were read; what names one (meters, readings, intervals, records, projects, time entries) has no foreign key here, which each of a million rows would look up: rows of imports go with their account only';
