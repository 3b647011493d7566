CREATE TABLE insights (
  user_id uuid NOT NULL,
  kind text NOT NULL,
  date date NOT NULL,
  days integer NOT NULL,
  provider text NOT NULL,
  fingerprint bytea NOT NULL,
  document jsonb,
  generated_at timestamptz NOT NULL,
  taken_until timestamptz,
  failure text,
  CONSTRAINT insights_pkey PRIMARY KEY (user_id, kind, date, days, provider),
  CONSTRAINT insights_kind_check CHECK (kind IN ('daily-summary', 'productivity-insights', 'weekly-report')),
  CONSTRAINT insights_provider_check CHECK (provider IN ('builtin', 'gemini', 'openai')),
  CONSTRAINT insights_days_check CHECK (days > 0)
);
COMMENT ON TABLE insights IS 'tenant: what was written of a period, by each provider; made anew when the figures it was made from change';
COMMENT ON COLUMN insights.date IS 'the last day of the period, in the account''s time zone';
COMMENT ON COLUMN insights.days IS 'how many days the period has';
COMMENT ON COLUMN insights.fingerprint IS 'SHA-256 of all that the document was made from';
COMMENT ON COLUMN insights.document IS 'the answer as it is sent; none before the provider has replied for the first time';
COMMENT ON COLUMN insights.generated_at IS 'when the document was made';
COMMENT ON COLUMN insights.taken_until IS 'until then the provider is being asked, or is left alone because it has failed';
COMMENT ON COLUMN insights.failure IS 'why the provider did not write when it was asked last';
SELECT tenant_table('insights');
ALTER TABLE insights ADD CONSTRAINT insights_user_fkey FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE;

CREATE TABLE insight_calls (
  user_id uuid NOT NULL,
  month date NOT NULL,
  calls integer NOT NULL,
  CONSTRAINT insight_calls_pkey PRIMARY KEY (user_id, month)
);
COMMENT ON TABLE insight_calls IS 'tenant: how often providers were asked for an account';
COMMENT ON COLUMN insight_calls.month IS 'its first day, in UTC';
SELECT tenant_table('insight_calls');
ALTER TABLE insight_calls ADD CONSTRAINT insight_calls_user_fkey FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE;
