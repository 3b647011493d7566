CREATE TABLE browser_months (
  user_id uuid NOT NULL,
  month date NOT NULL,
  device_id uuid NOT NULL,
  hosts bytea NOT NULL,
  CONSTRAINT browser_months_pkey PRIMARY KEY (user_id, month, device_id)
);
COMMENT ON TABLE browser_months IS 'tenant: what each host has in a month of a browser that has days of a later one, as in browser_days; derived from browser_days. A month without a row is read by its days';
COMMENT ON COLUMN browser_months.month IS 'its first day';
SELECT tenant_table('browser_months');
