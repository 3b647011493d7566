CREATE TABLE pairing_codes (
  code_hash bytea NOT NULL,
  user_id uuid NOT NULL,
  expires_at timestamptz NOT NULL,
  CONSTRAINT pairing_codes_pkey PRIMARY KEY (code_hash)
);
COMMENT ON TABLE pairing_codes IS 'directory: short codes by which a new device joins the account of who shows them, each once';
COMMENT ON COLUMN pairing_codes.code_hash IS 'SHA-256 of the code; the code itself is kept nowhere';
CREATE INDEX pairing_codes_user_idx ON pairing_codes (user_id);
