CREATE TABLE login_attempts (
  key bytea NOT NULL,
  failed_at timestamptz[] NOT NULL,
  pending_at timestamptz[] NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT login_attempts_pkey PRIMARY KEY (key)
);
COMMENT ON TABLE login_attempts IS 'directory: tries to sign in, by account (or by a name nobody has) and address';
COMMENT ON COLUMN login_attempts.key IS 'SHA-256 of both';
COMMENT ON COLUMN login_attempts.pending_at IS 'tries whose password is being looked at';
CREATE INDEX login_attempts_updated_idx ON login_attempts (updated_at);

CREATE TABLE server_settings (
  singleton boolean NOT NULL DEFAULT true,
  registration text NOT NULL DEFAULT 'open',
  admin_since timestamptz,
  updated_at timestamptz NOT NULL,
  CONSTRAINT server_settings_pkey PRIMARY KEY (singleton),
  CONSTRAINT server_settings_singleton_check CHECK (singleton),
  CONSTRAINT server_settings_registration_check CHECK (registration IN ('open', 'invite', 'closed'))
);
COMMENT ON TABLE server_settings IS 'directory: what admins decide, in one row, which also stands in line who changes admins';
COMMENT ON COLUMN server_settings.admin_since IS 'when the server got its first admin';
INSERT INTO server_settings (updated_at) VALUES ('2026-11-22T00:00:00Z');

CREATE TABLE invites (
  id uuid NOT NULL,
  code_hash bytea NOT NULL,
  note text,
  created_by uuid,
  created_at timestamptz NOT NULL,
  expires_at timestamptz,
  max_uses integer NOT NULL,
  uses integer NOT NULL DEFAULT 0,
  CONSTRAINT invites_pkey PRIMARY KEY (id),
  CONSTRAINT invites_code_key UNIQUE (code_hash),
  CONSTRAINT invites_uses_check CHECK (uses BETWEEN 0 AND max_uses)
);
COMMENT ON TABLE invites IS 'directory: codes that let people register where registration is by invitation';
COMMENT ON COLUMN invites.code_hash IS 'SHA-256 of the code; the code itself is kept nowhere';

CREATE TABLE password_resets (
  token_hash bytea NOT NULL,
  user_id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  CONSTRAINT password_resets_pkey PRIMARY KEY (token_hash)
);
COMMENT ON TABLE password_resets IS 'directory: links by which a person sets a new password, each once';
COMMENT ON COLUMN password_resets.token_hash IS 'SHA-256 of the token; the token itself is kept nowhere';
CREATE INDEX password_resets_user_idx ON password_resets (user_id);

CREATE TABLE audit (
  id uuid NOT NULL,
  at timestamptz NOT NULL,
  actor_id uuid,
  actor_name text NOT NULL,
  action text NOT NULL,
  target_id uuid,
  target_name text,
  before jsonb,
  after jsonb,
  CONSTRAINT audit_pkey PRIMARY KEY (id)
);
COMMENT ON TABLE audit IS 'directory: what was done to accounts and to the server, by whom, when; names as they were then, so that they outlive their accounts';
COMMENT ON COLUMN audit.id IS 'v7: in the order of time';
COMMENT ON COLUMN audit.actor_id IS 'none: the command line';
