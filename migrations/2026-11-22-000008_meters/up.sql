CREATE TABLE imports (
  user_id uuid NOT NULL,
  id uuid NOT NULL,
  number integer NOT NULL,
  kind text NOT NULL,
  file_name text,
  imported bigint NOT NULL DEFAULT 0,
  changed bigint NOT NULL DEFAULT 0,
  duplicates bigint NOT NULL DEFAULT 0,
  rejected bigint NOT NULL DEFAULT 0,
  first_date date,
  last_date date,
  created_at timestamptz NOT NULL,
  undone_at timestamptz,
  CONSTRAINT imports_pkey PRIMARY KEY (user_id, id),
  CONSTRAINT imports_number_key UNIQUE (user_id, number),
  CONSTRAINT imports_kind_check CHECK (kind IN ('records', 'intervals', 'readings'))
);
COMMENT ON TABLE imports IS 'tenant: files of consumption that were read; what names one (meters, readings, intervals, records) has no foreign key here, which each of a million rows would look up: rows of imports go with their account only';
COMMENT ON COLUMN imports.number IS 'the account''s 1st, 2nd, ...: where two say something of the same interval the higher number counts';
COMMENT ON COLUMN imports.imported IS 'rows that were new; as the other counts, of the file as it was read';
COMMENT ON COLUMN imports.first_date IS 'the earliest day with a row of it, in the account''s time zone';
SELECT tenant_table('imports');
ALTER TABLE imports ADD CONSTRAINT imports_user_fkey FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE;

CREATE TABLE meters (
  user_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  consumption_type text NOT NULL,
  unit text NOT NULL,
  digits smallint,
  import_id uuid,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT meters_pkey PRIMARY KEY (user_id, id),
  CONSTRAINT meters_name_key UNIQUE (user_id, consumption_type, name),
  CONSTRAINT meters_type_check CHECK (consumption_type IN ('electricity', 'water', 'gas')),
  CONSTRAINT meters_digits_check CHECK (digits BETWEEN 1 AND 9)
);
COMMENT ON TABLE meters IS 'tenant: meters of a household';
COMMENT ON COLUMN meters.unit IS 'as in domain/src/consumption/units.rs: of its readings and intervals';
COMMENT ON COLUMN meters.digits IS 'whole digits of its register, where they are known';
COMMENT ON COLUMN meters.import_id IS 'the import that made it, until a person changes it: undone, it takes the meter away again';
SELECT tenant_table('meters');
ALTER TABLE meters ADD CONSTRAINT meters_user_fkey FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE;

CREATE TABLE meter_readings (
  user_id uuid NOT NULL,
  meter_id uuid NOT NULL,
  read_at timestamptz NOT NULL,
  id uuid NOT NULL,
  reading numeric(12, 3) NOT NULL,
  kind text NOT NULL,
  new_reading numeric(12, 3),
  note text,
  import_id uuid,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT meter_readings_pkey PRIMARY KEY (user_id, meter_id, read_at),
  CONSTRAINT meter_readings_id_key UNIQUE (user_id, id),
  CONSTRAINT meter_readings_kind_check CHECK (kind IN ('reading', 'exchange', 'reset')),
  CONSTRAINT meter_readings_amount_check CHECK (reading >= 0 AND new_reading >= 0),
  CONSTRAINT meter_readings_new_check CHECK ((new_reading IS NOT NULL) = (kind = 'exchange'))
);
COMMENT ON TABLE meter_readings IS 'tenant: what the register of a meter showed, and when';
COMMENT ON COLUMN meter_readings.reading IS 'in the meter''s unit; of an exchange what the old register showed at last';
COMMENT ON COLUMN meter_readings.kind IS 'reading; exchange: another register from here on; reset: the register went back to zero since the reading before';
COMMENT ON COLUMN meter_readings.new_reading IS 'in the meter''s unit, what the new register of an exchange begins with';
SELECT tenant_table('meter_readings');
ALTER TABLE meter_readings ADD CONSTRAINT meter_readings_meter_fkey FOREIGN KEY (user_id, meter_id) REFERENCES meters (user_id, id) ON DELETE CASCADE;

CREATE TABLE meter_intervals (
  user_id uuid NOT NULL,
  meter_id uuid NOT NULL,
  date date NOT NULL,
  import_number integer NOT NULL,
  intervals bytea NOT NULL,
  CONSTRAINT meter_intervals_pkey PRIMARY KEY (user_id, meter_id, date, import_number)
);
COMMENT ON TABLE meter_intervals IS 'tenant: what a meter measured by the hour, quarter or minute: what one import added or changed on a date; of the same interval the highest import_number counts';
COMMENT ON COLUMN meter_intervals.date IS 'the date in UTC on which they start';
COMMENT ON COLUMN meter_intervals.intervals IS 'starts and lengths in seconds, amounts in millionths of the meter''s unit, packed as domain/src/meters/intervals.rs says';
SELECT tenant_table('meter_intervals');
ALTER TABLE meter_intervals ADD CONSTRAINT meter_intervals_meter_fkey FOREIGN KEY (user_id, meter_id) REFERENCES meters (user_id, id) ON DELETE CASCADE;

CREATE TABLE meter_days (
  user_id uuid NOT NULL,
  meter_id uuid NOT NULL,
  date date NOT NULL,
  hours bytea NOT NULL,
  CONSTRAINT meter_days_pkey PRIMARY KEY (user_id, meter_id, date)
);
COMMENT ON TABLE meter_days IS 'tenant: what the intervals of a meter add up to on a day, by the hour that the clock shows when they start; days without one have no row; derived from meter_intervals';
COMMENT ON COLUMN meter_days.date IS 'in the account''s time zone';
COMMENT ON COLUMN meter_days.hours IS 'millionths of the meter''s unit, packed as domain/src/meters/hours.rs says';
SELECT tenant_table('meter_days');
ALTER TABLE meter_days ADD CONSTRAINT meter_days_meter_fkey FOREIGN KEY (user_id, meter_id) REFERENCES meters (user_id, id) ON DELETE CASCADE;

ALTER TABLE consumption ADD COLUMN meter_id uuid;
ALTER TABLE consumption ADD COLUMN import_id uuid;
ALTER TABLE consumption ADD COLUMN estimated boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN consumption.meter_id IS 'the meter whose intervals and readings of this day the record is derived from';
COMMENT ON COLUMN consumption.import_id IS 'the import that added it';
COMMENT ON COLUMN consumption.estimated IS 'some of it was consumed between two readings on different days, and is put on them by time';
CREATE INDEX consumption_meter_index ON consumption (user_id, meter_id, consumption_date) WHERE meter_id IS NOT NULL;

ALTER TABLE consumption_days ADD COLUMN estimated integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN consumption_days.estimated IS 'how many of the records are estimated';
