CREATE TABLE devices (
  user_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  platform text NOT NULL,
  model text,
  os_version text,
  app_version text,
  created_at timestamptz NOT NULL,
  last_seen_at timestamptz,
  revoked_at timestamptz,
  calendar_version integer NOT NULL,
  CONSTRAINT devices_pkey PRIMARY KEY (user_id, id),
  CONSTRAINT devices_platform_check CHECK (platform IN ('windows', 'macos', 'linux', 'android', 'ios', 'browser', 'other'))
);
COMMENT ON TABLE devices IS 'tenant: what reports usage';
COMMENT ON COLUMN devices.last_seen_at IS 'to the minute';
COMMENT ON COLUMN devices.calendar_version IS 'of its account, repeated here so that who locks the device knows by which calendar its sessions count';
SELECT tenant_table('devices');
ALTER TABLE devices ADD CONSTRAINT devices_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE;

CREATE TABLE device_keys (
  key_hash bytea NOT NULL,
  user_id uuid NOT NULL,
  device_id uuid NOT NULL,
  CONSTRAINT device_keys_pkey PRIMARY KEY (key_hash)
);
COMMENT ON TABLE device_keys IS 'directory: whose device a key opens';
COMMENT ON COLUMN device_keys.key_hash IS 'SHA-256 of the key; the key itself is kept nowhere';
CREATE INDEX device_keys_device_idx ON device_keys (device_id);
CREATE INDEX device_keys_user_idx ON device_keys (user_id);

CREATE TABLE token_families (
  user_id uuid NOT NULL,
  id uuid NOT NULL,
  device_id uuid,
  agent text,
  generation integer NOT NULL,
  issued_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  revoked_at timestamptz,
  CONSTRAINT token_families_pkey PRIMARY KEY (user_id, id)
);
COMMENT ON TABLE token_families IS 'tenant: signed-in places; the tokens of one sign-in and all that were rotated out of it';
COMMENT ON COLUMN token_families.device_id IS 'whose tokens they are; none where a person signed in';
COMMENT ON COLUMN token_families.agent IS 'what the client calls itself (User-Agent)';
COMMENT ON COLUMN token_families.generation IS 'of the newest refresh token; tokens are made anew from it and are kept nowhere';
COMMENT ON COLUMN token_families.issued_at IS 'when the newest refresh token was made';
SELECT tenant_table('token_families');
ALTER TABLE token_families ADD CONSTRAINT token_families_device_fkey FOREIGN KEY (user_id, device_id) REFERENCES devices (user_id, id) ON DELETE CASCADE;
CREATE INDEX token_families_device_idx ON token_families (user_id, device_id);

-- The first thing a tenant's transaction does: refuse a credential that was taken back, and a calendar that was changed.
CREATE FUNCTION enter(tenant uuid, device uuid, family uuid, version integer) RETURNS void LANGUAGE plpgsql STABLE AS $$
DECLARE now_version integer;
BEGIN
  SELECT calendar_version INTO now_version FROM users WHERE user_id = tenant AND disabled_at IS NULL;
  IF now_version IS NULL THEN
    RAISE EXCEPTION 'the account is gone or disabled' USING CONSTRAINT = 'credential_revoked';
  END IF;
  IF device IS NOT NULL AND NOT EXISTS (SELECT FROM devices WHERE user_id = tenant AND id = device AND revoked_at IS NULL) THEN
    RAISE EXCEPTION 'the device is revoked' USING CONSTRAINT = 'credential_revoked';
  END IF;
  IF family IS NOT NULL AND NOT EXISTS (SELECT FROM token_families WHERE user_id = tenant AND id = family AND device_id IS NOT DISTINCT FROM device AND revoked_at IS NULL) THEN
    RAISE EXCEPTION 'the tokens are revoked' USING CONSTRAINT = 'credential_revoked';
  END IF;
  IF version <> now_version THEN
    RAISE EXCEPTION 'the calendar was changed' USING CONSTRAINT = 'calendar_changed';
  END IF;
END $$;
