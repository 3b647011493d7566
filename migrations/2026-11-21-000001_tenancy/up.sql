-- What every table says it is: tenant (owned by an account), shared (reference) or directory (over all accounts).
-- The role almanac_tenant belongs to the cluster, not to this database: the server makes it before it migrates.
CREATE FUNCTION is_distributed() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE answer boolean := false;
BEGIN
  IF to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL THEN
    EXECUTE 'SELECT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = to_regclass(''users''))' INTO answer;
  END IF;
  RETURN answer;
END $$;

-- The second wall: whoever forgets the tenant sees nothing. (NULLIF: an unset tenant is no rows, not an error.)
CREATE FUNCTION tenant_table(t regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE own text := 'user_id = NULLIF(current_setting(''app.user_id'', true), '''')::uuid';
BEGIN
  IF is_distributed() THEN
    EXECUTE format('SELECT create_distributed_table(%L, ''user_id'', colocate_with => ''users'')', t);
  END IF;
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t);
  EXECUTE format('CREATE POLICY tenant ON %s TO almanac_tenant USING (%s) WITH CHECK (%s)', t, own, own);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO almanac_tenant', t);
END $$;

CREATE FUNCTION shared_table(t regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF is_distributed() THEN EXECUTE format('SELECT create_reference_table(%L)', t); END IF;
  EXECUTE format('GRANT SELECT ON %s TO almanac_tenant', t);
END $$;
