CREATE TABLE users (
  user_id uuid NOT NULL,
  calendar jsonb NOT NULL,
  calendar_version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT users_pkey PRIMARY KEY (user_id)
);
COMMENT ON TABLE users IS 'tenant: an account, and the tenant of every row that carries its user_id';
COMMENT ON COLUMN users.calendar IS 'time zone, start of day and start of week, each with the instant from which it holds, oldest first';
COMMENT ON COLUMN users.calendar_version IS 'grows with every change of the calendar';
SELECT tenant_table('users');
