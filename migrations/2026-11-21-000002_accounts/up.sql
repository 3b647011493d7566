CREATE TABLE users (
  user_id uuid NOT NULL,
  username text,
  email text,
  name text,
  first_name text,
  last_name text,
  password_hash text,
  role text NOT NULL DEFAULT 'user',
  disabled_at timestamptz,
  xp_points bigint NOT NULL DEFAULT 0,
  settings jsonb NOT NULL DEFAULT '{}',
  calendar jsonb NOT NULL,
  calendar_version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT users_pkey PRIMARY KEY (user_id),
  CONSTRAINT users_role_check CHECK (role IN ('user', 'admin')),
  CONSTRAINT users_person_check CHECK (num_nonnulls(username, email, password_hash) IN (0, 3))
);
COMMENT ON TABLE users IS 'tenant: an account, and the tenant of every row that carries its user_id';
COMMENT ON COLUMN users.username IS 'as its person writes it; a guest, whose device reports without anybody signed in, has none';
COMMENT ON COLUMN users.password_hash IS 'bcrypt';
COMMENT ON COLUMN users.disabled_at IS 'since when no credential of it serves';
COMMENT ON COLUMN users.settings IS 'what its clients keep: sync_interval, categorization, public_profile';
COMMENT ON COLUMN users.calendar IS 'time zone, start of day and start of week, each with the instant from which it holds, oldest first';
COMMENT ON COLUMN users.calendar_version IS 'grows with every change of the calendar';
SELECT tenant_table('users');
-- What an account may change of itself; its role and whether it is disabled are the system's to change.
REVOKE INSERT, UPDATE, DELETE ON users FROM almanac_tenant;
GRANT UPDATE (name, first_name, last_name, settings, calendar, calendar_version, updated_at) ON users TO almanac_tenant;

CREATE TABLE logins (
  login text NOT NULL,
  user_id uuid NOT NULL,
  CONSTRAINT logins_pkey PRIMARY KEY (login)
);
COMMENT ON TABLE logins IS 'directory: whose a username or an e-mail address is; both in one, as either serves to sign in';
COMMENT ON COLUMN logins.login IS 'folded: without regard to case and Unicode form (domain/src/accounts.rs)';
CREATE INDEX logins_user_idx ON logins (user_id);
