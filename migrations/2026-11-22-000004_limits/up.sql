CREATE UNLOGGED TABLE rate_limits (
  key bytea NOT NULL,
  full_at timestamptz NOT NULL,
  lent integer NOT NULL,
  CONSTRAINT rate_limits_pkey PRIMARY KEY (key)
);
COMMENT ON TABLE rate_limits IS 'directory: how much of what they may ask in a minute everybody has used. UNLOGGED, for it holds counters and no data: a crash of PostgreSQL empties it, and everybody begins a new minute';
COMMENT ON COLUMN rate_limits.key IS 'whose: an account or an address, as a hash under the key of the servers';
COMMENT ON COLUMN rate_limits.full_at IS 'when all may be asked again: the theoretical arrival time of GCRA, by the clock of the database';
COMMENT ON COLUMN rate_limits.lent IS 'requests that were lent last; 0: none fitted';
CREATE INDEX rate_limits_full_idx ON rate_limits (full_at);
