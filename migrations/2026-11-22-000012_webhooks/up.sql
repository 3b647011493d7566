CREATE TABLE webhook_endpoints (
  user_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  scheme text NOT NULL,
  secret text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT webhook_endpoints_pkey PRIMARY KEY (user_id, id),
  CONSTRAINT webhook_endpoints_scheme_check CHECK (scheme IN ('standard', 'github', 'secret-header'))
);
COMMENT ON TABLE webhook_endpoints IS 'tenant: addresses that other programs deliver events to';
COMMENT ON COLUMN webhook_endpoints.secret IS 'as its senders have it: a signature can be made anew from the secret alone, not from a hash of it';
SELECT tenant_table('webhook_endpoints');
ALTER TABLE webhook_endpoints ADD CONSTRAINT webhook_endpoints_user_fkey FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE;

CREATE TABLE webhook_directory (
  endpoint_id uuid NOT NULL,
  user_id uuid NOT NULL,
  CONSTRAINT webhook_directory_pkey PRIMARY KEY (endpoint_id)
);
COMMENT ON TABLE webhook_directory IS 'directory: whose endpoint it is that something is delivered to';
CREATE INDEX webhook_directory_user_idx ON webhook_directory (user_id);

CREATE TABLE webhook_deliveries (
  user_id uuid NOT NULL,
  endpoint_id uuid NOT NULL,
  id text NOT NULL,
  kind text,
  status text NOT NULL,
  error_code text,
  message text,
  made uuid[] NOT NULL,
  body bytea NOT NULL,
  received_at timestamptz NOT NULL,
  worked_at timestamptz NOT NULL,
  CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (user_id, endpoint_id, id),
  CONSTRAINT webhook_deliveries_status_check CHECK (status IN ('done', 'failed', 'unhandled'))
);
COMMENT ON TABLE webhook_deliveries IS 'tenant: what was delivered, and what has become of it; the last thousand of an endpoint and all of a week, for 90 days at the most';
COMMENT ON COLUMN webhook_deliveries.id IS 'its sender''s: what comes again with the same is not done again';
COMMENT ON COLUMN webhook_deliveries.kind IS 'its type; none where that cannot be read';
COMMENT ON COLUMN webhook_deliveries.made IS 'what it has made or changed';
COMMENT ON COLUMN webhook_deliveries.body IS 'as it came';
COMMENT ON COLUMN webhook_deliveries.worked_at IS 'when it came, or was replayed';
SELECT tenant_table('webhook_deliveries');
ALTER TABLE webhook_deliveries ADD CONSTRAINT webhook_deliveries_endpoint_fkey FOREIGN KEY (user_id, endpoint_id) REFERENCES webhook_endpoints (user_id, id) ON DELETE CASCADE;
-- Lists, newest first, and what is to be forgotten.
CREATE INDEX webhook_deliveries_received_index ON webhook_deliveries (user_id, endpoint_id, received_at, id);
