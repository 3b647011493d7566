CREATE TABLE consumption (
  user_id uuid NOT NULL,
  id uuid NOT NULL,
  consumption_date date NOT NULL,
  consumption_type text NOT NULL,
  amount numeric(12, 3) NOT NULL,
  unit text NOT NULL,
  canonical_amount numeric(36, 18) NOT NULL,
  description text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT consumption_pkey PRIMARY KEY (user_id, id),
  CONSTRAINT consumption_type_check CHECK (consumption_type IN ('electricity', 'water', 'gas')),
  CONSTRAINT consumption_amount_check CHECK (amount >= 0 AND canonical_amount >= 0)
);
COMMENT ON TABLE consumption IS 'tenant: what a household has taken, a record at a time, as it was given';
COMMENT ON COLUMN consumption.consumption_date IS 'the day in the account''s time zone, as its person says';
COMMENT ON COLUMN consumption.unit IS 'as in domain/src/consumption/units.rs';
COMMENT ON COLUMN consumption.canonical_amount IS 'kWh of electricity and gas, m3 of water; derived from amount, unit and, for a volume of gas, the account''s calorific value';
-- No foreign key: it would look the account up for each record of a file, a third of what one costs. Writers lock the
-- account's row, and who deletes the account deletes its records (crates/persistence/src/accounts.rs).
SELECT tenant_table('consumption');
-- Lists by date, and counting a day anew.
CREATE INDEX consumption_date_index ON consumption (user_id, consumption_date, id);

CREATE TABLE consumption_deleted (
  user_id uuid NOT NULL,
  id uuid NOT NULL,
  deleted_at timestamptz NOT NULL,
  CONSTRAINT consumption_deleted_pkey PRIMARY KEY (user_id, id)
);
COMMENT ON TABLE consumption_deleted IS 'tenant: ids of records that are gone, so that none comes back when it is sent again';
SELECT tenant_table('consumption_deleted');
ALTER TABLE consumption_deleted ADD CONSTRAINT consumption_deleted_user_fkey FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE;

CREATE TABLE consumption_days (
  user_id uuid NOT NULL,
  consumption_type text NOT NULL,
  date date NOT NULL,
  total numeric NOT NULL,
  minimum numeric NOT NULL,
  maximum numeric NOT NULL,
  records integer NOT NULL,
  CONSTRAINT consumption_days_pkey PRIMARY KEY (user_id, consumption_type, date)
);
COMMENT ON TABLE consumption_days IS 'tenant: what the records of a type and date add up to, in kWh or m3, unrounded; days without one have no row; derived from consumption';
SELECT tenant_table('consumption_days');
ALTER TABLE consumption_days ADD CONSTRAINT consumption_days_user_fkey FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE;
