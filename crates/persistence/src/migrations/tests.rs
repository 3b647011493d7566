use diesel::prelude::*;
use diesel::sql_types::Text;

use super::*;
use crate::testing::{empty, migrated};

#[test]
fn semicolons_in_quotes_and_comments_cut_nothing() {
    let sql = "a 'x;''y'; b $$ ; $$; -- c;\n d \"q;\" /* ; */; e $t$ ; $$ ; $t$ ;\n-- end é;\n";
    let parts = ["a 'x;''y'", "b $$ ; $$", "-- c;\n d \"q;\" /* ; */", "e $t$ ; $$ ; $t$"];
    assert_eq!(split(sql), parts);
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn lines(link: &mut Link, sql: &str) -> Vec<String> {
    diesel::sql_query(sql).load::<Line>(&mut link.conn).unwrap().into_iter().map(|row| row.line).collect()
}

/// All that the schema says, in words.
fn schema(link: &mut Link) -> Vec<String> {
    lines(
        link,
        "SELECT * FROM ( \
           SELECT format('%s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default) AS line \
             FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '__diesel_schema_migrations' \
           UNION ALL SELECT format('%s %s', conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> '__diesel_schema_migrations' \
           UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> '__diesel_schema_migrations' \
           UNION ALL SELECT format('%s %s %s', tablename, policyname, qual) FROM pg_policies \
           UNION ALL SELECT prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace) s ORDER BY 1",
    )
}

#[test]
fn down_and_up_again_is_the_same_schema() {
    let mut link = migrated();
    let before = schema(&mut link);
    for _ in STEPS {
        revert(&mut link).unwrap();
    }
    assert_eq!(schema(&mut link), Vec::<String>::new());
    assert_eq!(migrate(&mut link).unwrap().len(), STEPS.len());
    assert_eq!(schema(&mut link), before);
    assert_eq!(migrate(&mut link).unwrap(), Vec::<String>::new());
}

#[test]
fn a_migration_that_breaks_leaves_nothing_and_is_run_again() {
    let mut link = empty();
    link.conn.batch_execute("CREATE TABLE token_families (in_the_way integer)").unwrap();
    assert!(migrate(&mut link).is_err());
    assert_eq!(
        lines(&mut link, "SELECT 'devices' AS line WHERE to_regclass('devices') IS NOT NULL").len(),
        0
    );
    link.conn.batch_execute("DROP TABLE token_families").unwrap();
    assert_eq!(migrate(&mut link).unwrap().len(), STEPS.len() - 2);
    assert!(pending(&mut link).unwrap().is_empty());
}

#[test]
fn rust_knows_the_tables_as_they_are() {
    let mut link = migrated();
    let columns = lines(
        &mut link,
        "SELECT format('%s %s -> %s,', table_name, column_name, \
             CASE is_nullable WHEN 'YES' THEN 'Nullable<' ELSE '' END || \
             CASE udt_name WHEN 'uuid' THEN 'Uuid' WHEN 'text' THEN 'Text' WHEN 'jsonb' THEN 'Jsonb' WHEN 'bytea' THEN 'Bytea' \
               WHEN 'timestamptz' THEN 'Timestamptz' WHEN 'date' THEN 'Date' WHEN 'int2' THEN 'Int2' WHEN 'int4' THEN 'Int4' WHEN 'int8' THEN 'Int8' \
               WHEN 'bool' THEN 'Bool' WHEN 'numeric' THEN 'Numeric' WHEN '_int8' THEN 'Array<Int8>' WHEN '_timestamptz' THEN 'Array<Timestamptz>' WHEN '_text' THEN 'Array<Text>' WHEN '_uuid' THEN 'Array<Uuid>' ELSE 'unknown ' || udt_name END || \
             CASE is_nullable WHEN 'YES' THEN '>' ELSE '' END) AS line \
         FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '__diesel_schema_migrations' \
         ORDER BY table_name, ordinal_position",
    );
    let mut table = "";
    let mut told = Vec::new();
    for line in include_str!("../schema.rs").lines().map(str::trim) {
        match line.split_once(" (") {
            Some((name, keys)) if keys.ends_with('{') => table = name,
            _ if line.contains(" -> ") => told.push(format!("{table} {line}")),
            _ => {}
        }
    }
    assert_eq!(told, columns, "run `make schema`");
}

#[test]
fn the_schema_can_be_spread_by_account() {
    let mut link = migrated();
    let breaches = lines(
        &mut link,
        "WITH t AS ( \
           SELECT c.oid, c.relname, a.attname = 'user_id' AS tenant, i.indrelid IS NOT NULL AS has_pk, \
                  split_part(obj_description(c.oid), ':', 1) AS class \
           FROM pg_class c LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary \
           LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] \
           WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition \
             AND c.relname <> '__diesel_schema_migrations'), \
         tenant AS (SELECT t.oid, relname, attnum FROM t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'user_id' WHERE class = 'tenant'), \
         other AS (SELECT oid, relname, class FROM t WHERE class IS DISTINCT FROM 'tenant') \
         SELECT relname || ': no primary key' AS line FROM t WHERE NOT has_pk \
         UNION ALL SELECT relname || ': says not whether it is tenant, shared or directory' FROM t \
           WHERE class IS NULL OR class NOT IN ('tenant', 'shared', 'directory') \
         UNION ALL SELECT relname || ': a tenant table whose key does not begin with user_id' FROM t WHERE class = 'tenant' AND tenant IS NOT TRUE \
         UNION ALL SELECT x.relname || ': unique without user_id: ' || i.indexrelid::regclass FROM tenant x \
           JOIN pg_index i ON i.indrelid = x.oid WHERE i.indisunique AND x.attnum <> ALL (i.indkey::int2[]) \
         UNION ALL SELECT x.relname || ': foreign key that does not map user_id to user_id: ' || conname \
           FROM tenant x JOIN pg_constraint k ON k.conrelid = x.oid AND k.contype = 'f' AND k.conparentid = 0 JOIN tenant y ON y.oid = k.confrelid \
           WHERE NOT EXISTS (SELECT FROM unnest(k.conkey, k.confkey) e(a, b) WHERE e.a = x.attnum AND e.b = y.attnum) \
         UNION ALL SELECT x.relname || ': foreign key from or to a directory or shared table: ' || conname \
           FROM other x JOIN pg_constraint k ON k.contype = 'f' AND (k.conrelid = x.oid OR (k.confrelid = x.oid AND x.class = 'directory')) \
         UNION ALL SELECT x.relname || ': trigger: ' || tgname FROM tenant x JOIN pg_trigger g ON g.tgrelid = x.oid AND NOT tgisinternal",
    );
    assert_eq!(breaches, Vec::<String>::new());
}
