CREATE TABLE standings (
  user_id uuid NOT NULL,
  username text NOT NULL,
  hidden boolean NOT NULL,
  xp_points bigint NOT NULL,
  focus_min bigint NOT NULL,
  sessions bigint NOT NULL,
  best_streak bigint NOT NULL,
  month date NOT NULL,
  month_focus_min bigint NOT NULL,
  month_sessions bigint NOT NULL,
  week date NOT NULL,
  week_focus_min bigint NOT NULL,
  week_sessions bigint NOT NULL,
  active_on date,
  again_on date,
  CONSTRAINT standings_pkey PRIMARY KEY (user_id)
);
COMMENT ON TABLE standings IS 'directory: what everybody''s focus adds up to, for the leaderboards; derived from users, focus_totals and focus_days';
COMMENT ON COLUMN standings.hidden IS 'absent from the boards: the profile is not public, or the account is disabled';
COMMENT ON COLUMN standings.month IS 'the first day of the month that the next two columns are about, which are of the person''s own days';
COMMENT ON COLUMN standings.week IS 'likewise of the week: a Monday';
COMMENT ON COLUMN standings.active_on IS 'the person''s last day with a completed session';
COMMENT ON COLUMN standings.again_on IS 'where the person is in a week or month already that has not begun in UTC: when it does, to be counted anew';
-- One a board, in the order in which it is shown.
CREATE INDEX standings_xp_idx ON standings (xp_points DESC, user_id) WHERE NOT hidden;
CREATE INDEX standings_focus_idx ON standings (focus_min DESC, user_id) WHERE NOT hidden;
CREATE INDEX standings_streak_idx ON standings (best_streak DESC, user_id) WHERE NOT hidden;
CREATE INDEX standings_sessions_idx ON standings (sessions DESC, user_id) WHERE NOT hidden;
CREATE INDEX standings_month_focus_idx ON standings (month, month_focus_min DESC, user_id) WHERE NOT hidden AND month_sessions > 0;
CREATE INDEX standings_month_sessions_idx ON standings (month, month_sessions DESC, user_id) WHERE NOT hidden AND month_sessions > 0;
CREATE INDEX standings_week_focus_idx ON standings (week, week_focus_min DESC, user_id) WHERE NOT hidden AND week_sessions > 0;
CREATE INDEX standings_week_sessions_idx ON standings (week, week_sessions DESC, user_id) WHERE NOT hidden AND week_sessions > 0;
CREATE INDEX standings_again_idx ON standings (again_on) WHERE again_on IS NOT NULL;

CREATE TABLE standings_due (
  user_id uuid NOT NULL,
  id uuid NOT NULL,
  CONSTRAINT standings_due_pkey PRIMARY KEY (user_id, id)
);
COMMENT ON TABLE standings_due IS 'directory: whose standing is to be derived anew, a queue: written in the transaction that changes what it is derived from';
COMMENT ON COLUMN standings_due.id IS 'each change adds a row of its own: who takes rows sees the changes they tell of, and none that comes later is taken with them';
-- The one directory table that a tenant writes: it may add its own account, and see and change nothing.
ALTER TABLE standings_due ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON standings_due FOR INSERT TO almanac_tenant WITH CHECK (user_id = NULLIF(current_setting('app.user_id', true), '')::uuid);
GRANT INSERT ON standings_due TO almanac_tenant;
INSERT INTO standings_due (user_id, id) SELECT user_id, user_id FROM users WHERE username IS NOT NULL;

CREATE TABLE standing_counts (
  board text NOT NULL,
  since date NOT NULL,
  level smallint NOT NULL,
  bucket bigint NOT NULL,
  people bigint NOT NULL,
  CONSTRAINT standing_counts_pkey PRIMARY KEY (board, since, level, bucket)
);
COMMENT ON TABLE standing_counts IS 'directory: how many people have how much, so that a rank among millions is the sum of some rows (domain/src/leaderboard/counts.rs); kept with standings';
COMMENT ON COLUMN standing_counts.since IS 'the first day of the week or month; of all time: 1970-01-01';
COMMENT ON COLUMN standing_counts.bucket IS 'values divided by 64 to the power of the level';

CREATE TABLE standing_days (
  date date NOT NULL,
  people bigint NOT NULL,
  CONSTRAINT standing_days_pkey PRIMARY KEY (date)
);
COMMENT ON TABLE standing_days IS 'directory: how many people''s last day with a completed session it is; kept with standings';

CREATE TABLE focus_summary (
  singleton boolean NOT NULL DEFAULT true,
  month date NOT NULL,
  week date NOT NULL,
  people bigint NOT NULL DEFAULT 0,
  visible bigint NOT NULL DEFAULT 0,
  sessions bigint NOT NULL DEFAULT 0,
  focus_min bigint NOT NULL DEFAULT 0,
  CONSTRAINT focus_summary_pkey PRIMARY KEY (singleton),
  CONSTRAINT focus_summary_singleton_check CHECK (singleton)
);
COMMENT ON TABLE focus_summary IS 'directory: what all standings add up to, in one row, which also stands in line who changes standings';
COMMENT ON COLUMN focus_summary.month IS 'the month of the boards, by UTC';
COMMENT ON COLUMN focus_summary.week IS 'likewise the week: a Monday';
COMMENT ON COLUMN focus_summary.visible IS 'people who are not hidden';
INSERT INTO focus_summary (month, week) VALUES ('1970-01-01', '1970-01-01');
