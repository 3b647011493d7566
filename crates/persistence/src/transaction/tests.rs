use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::*;
use crate::testing::{account, migrated, now};
use crate::usage::{self, Owned};
use crate::{Conn, accounts, devices, tokens};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Rows that a query without any filter sees.
fn seen(conn: &mut Conn, table: &str) -> i64 {
    diesel::sql_query(format!("SELECT count(*) AS n FROM {table}")).get_result::<Count>(conn).unwrap().n
}

const TENANT_TABLES: [&str; 5] = ["users", "devices", "token_families", "usage", "usage_days"];

fn with_data(link: &mut Link) -> Tenant {
    let tenant = account(link);
    let session = domain::usage::Session {
        key: domain::usage::Key { started_at: now(), kind: domain::usage::Kind::App, app: "x".into() },
        ended_at: now(),
        title: None,
        url: None,
    };
    usage::insert(
        &mut link.conn,
        &[Owned { user: tenant.user, device: tenant.device.unwrap(), session: &session }],
    )
    .unwrap();
    let key = (tenant.user, tenant.device.unwrap(), now().date_naive());
    usage::days::upsert(&mut link.conn, &[(key, Default::default())]).unwrap();
    tenant
}

#[test]
fn a_query_without_a_filter_sees_one_account() {
    let mut link = migrated();
    let (alice, _bob) = (with_data(&mut link), with_data(&mut link));
    for table in TENANT_TABLES {
        assert_eq!(seen(&mut link.conn, table), 2, "{table}");
        let own = tenant(&mut link, &alice, |conn| Ok::<_, Error>(seen(conn, table))).unwrap();
        assert_eq!(own, 1, "{table}");
    }
}

#[test]
fn the_role_without_a_tenant_sees_nothing() {
    let mut link = migrated();
    with_data(&mut link);
    for setting in ["", "SET LOCAL app.user_id = '';"] {
        link.conn.batch_execute(&format!("BEGIN; SET LOCAL ROLE almanac_tenant; {setting}")).unwrap();
        for table in TENANT_TABLES {
            assert_eq!(seen(&mut link.conn, table), 0, "{table}");
        }
        link.conn.batch_execute("ROLLBACK").unwrap();
    }
}

#[test]
fn anothers_row_is_neither_changed_nor_added() {
    let mut link = migrated();
    let (alice, bob) = (with_data(&mut link), with_data(&mut link));
    let changed = tenant(&mut link, &alice, |conn| {
        let renamed = diesel::sql_query("UPDATE devices SET name = 'mine'").execute(conn)?;
        let deleted =
            diesel::sql_query(format!("DELETE FROM usage WHERE user_id = '{}'", bob.user)).execute(conn)?;
        Ok::<_, Error>((renamed, deleted))
    });
    assert_eq!(changed.unwrap(), (1, 0));
    let added = tenant(&mut link, &alice, |conn| {
        tokens::insert(
            conn,
            bob.user,
            domain::ids::FamilyId(uuid::Uuid::now_v7()),
            bob.device,
            None,
            now(),
            now(),
        )
    });
    assert!(matches!(added, Err(Error::Refused(why)) if why.contains("row-level security")));
}

/// As if the first wall had a gap: queries are handed another's account.
#[test]
fn with_anothers_id_in_its_filter_a_query_finds_nothing() {
    let mut link = migrated();
    let (alice, bob) = (with_data(&mut link), with_data(&mut link));
    let (user, device, family) = (bob.user, bob.device.unwrap(), bob.family.unwrap());
    let date = now().date_naive();
    let all = usage::list::Filter::default();
    tenant(&mut link, &alice, |conn| {
        let no_row = |found: Result<(), Error>| assert!(matches!(found, Err(Error::NotFound)), "{found:?}");
        no_row(devices::find(conn, user, device).map(drop));
        no_row(devices::update_name(conn, user, device, "mine"));
        no_row(devices::update_revoked(conn, user, device, now()));
        no_row(accounts::find(conn, user).map(drop));
        no_row(accounts::find_calendar(conn, user).map(drop));
        no_row(tokens::lock(conn, user, family).map(drop));
        no_row(tokens::revoke_place(conn, user, family, now()));
        assert_eq!(devices::count(conn, user)?, 0);
        assert!(devices::list(conn, user, None, 9)?.is_empty());
        assert!(devices::names(conn, user)?.is_empty());
        assert!(tokens::list_places(conn, user, now())?.is_empty());
        assert!(usage::list::list(conn, user, &all, None, 9)?.is_empty());
        assert_eq!(usage::list::count(conn, user, &all)?, 0);
        assert!(usage::figures::find(conn, user, None, date, date, date)?.is_empty());
        assert!(usage::days::list(conn, &[(user, device, date)])?.is_empty());
        assert_eq!(usage::days::count_started(conn, user, None, None, date, date)?, 0);
        let mut handed = 0;
        usage::list::each(
            conn,
            user,
            chrono::DateTime::UNIX_EPOCH,
            chrono::DateTime::<chrono::Utc>::MAX_UTC,
            |_, _| handed += 1,
        )?;
        assert_eq!(handed, 0);
        tokens::revoke(conn, user, family, now())?;
        tokens::revoke_device(conn, user, device, now())?;
        usage::days::delete_from(conn, user, date)
    })
    .unwrap();
    // And nothing of Bob's has changed.
    tenant(&mut link, &bob, |conn| {
        assert_eq!(usage::days::list(conn, &[(user, device, date)])?.len(), 1);
        assert!(!tokens::lock(conn, user, family)?.revoked);
        Ok::<_, Error>(())
    })
    .unwrap();
}

/// As if the second wall were not there: the owner of all rows asks for one account's.
#[test]
fn without_the_second_wall_queries_find_one_account() {
    let mut link = migrated();
    let (alice, bob) = (with_data(&mut link), with_data(&mut link));
    system(&mut link, |conn| {
        let user = alice.user;
        assert_eq!(devices::count(conn, user)?, 1);
        assert_eq!(devices::list(conn, user, None, 9)?.len(), 1);
        assert_eq!(devices::names(conn, user)?.len(), 1);
        assert_eq!(usage::list::list(conn, user, &usage::list::Filter::default(), None, 9)?.len(), 1);
        let date = now().date_naive();
        assert_eq!(usage::figures::find(conn, user, None, date, date, date)?.len(), 1);
        assert!(usage::days::list(conn, &[(user, bob.device.unwrap(), date)])?.is_empty());
        assert!(matches!(devices::find(conn, user, bob.device.unwrap()), Err(Error::NotFound)));
        assert!(matches!(tokens::lock(conn, user, bob.family.unwrap()), Err(Error::NotFound)));
        Ok::<_, Error>(())
    })
    .unwrap();
}

#[test]
fn nobody_makes_himself_an_admin() {
    let mut link = migrated();
    let alice = account(&mut link);
    for change in ["role = 'admin'", "disabled_at = NULL", "password_hash = 'x'", "username = 'admin'"] {
        let done = tenant(&mut link, &alice, |conn| {
            Ok::<_, Error>(diesel::sql_query(format!("UPDATE users SET {change}")).execute(conn)?)
        });
        assert!(matches!(done, Err(Error::Refused(why)) if why.contains("permission denied")), "{change}");
    }
    let done = tenant(&mut link, &alice, |conn| {
        Ok::<_, Error>(diesel::sql_query("UPDATE users SET name = 'Ada'").execute(conn)?)
    });
    assert_eq!(done.unwrap(), 1);
}

#[test]
fn every_table_with_an_owner_is_walled() {
    let mut link = migrated();
    let open = diesel::sql_query(
        "SELECT count(*) AS n FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'user_id' \
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relrowsecurity \
           AND obj_description(c.oid) NOT LIKE 'directory:%'",
    );
    assert_eq!(open.get_result::<Count>(&mut link.conn).unwrap().n, 0);
    // Directories are of all accounts: a tenant sees none of them, and writes but one line into one of them, that its own
    // standing on the leaderboards is due, in the transaction that changes it.
    #[derive(QueryableByName)]
    struct Right {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
    }
    let rights = diesel::sql_query(
        "SELECT c.relname || ' ' || p AS name FROM pg_class c, \
                unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p \
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND obj_description(c.oid) LIKE 'directory:%' \
           AND has_table_privilege('almanac_tenant', c.oid, p)",
    );
    let rights = rights.load::<Right>(&mut link.conn).unwrap();
    assert_eq!(rights.iter().map(|right| right.name.as_str()).collect::<Vec<_>>(), ["standings_due INSERT"]);
}

#[test]
fn a_credential_that_was_taken_back_opens_nothing() {
    let mut link = migrated();
    let (revoked, cut_off, other) = (account(&mut link), account(&mut link), account(&mut link));
    tokens::revoke(&mut link.conn, revoked.user, revoked.family.unwrap(), now()).unwrap();
    devices::update_revoked(&mut link.conn, cut_off.user, cut_off.device.unwrap(), now()).unwrap();
    let borrowed = Tenant { family: other.family, ..account(&mut link) };
    let keyed = Tenant { family: None, ..cut_off };
    for refused in [revoked, cut_off, keyed, borrowed] {
        let done = tenant(&mut link, &refused, |_| Ok::<_, Error>(()));
        assert!(matches!(done, Err(Error::Revoked)), "{refused:?}");
    }
    let stale = Tenant { calendar: Some(7), ..other };
    assert!(matches!(tenant(&mut link, &stale, |_| Ok::<_, Error>(())), Err(Error::CalendarChanged)));
    tenant(&mut link, &Tenant { calendar: Some(1), ..other }, |_| Ok::<_, Error>(())).unwrap();
}

#[test]
fn nothing_is_left_on_the_connection_after_errors_and_panics() {
    let mut link = migrated();
    let alice = with_data(&mut link);
    let failed = tenant(&mut link, &alice, |conn| {
        devices::update_name(conn, alice.user, alice.device.unwrap(), "changed")?;
        diesel::sql_query("SELECT 1/0").execute(conn)?;
        Ok::<_, Error>(())
    });
    assert!(failed.is_err() && !link.broken);
    #[derive(QueryableByName)]
    struct Left {
        #[diesel(sql_type = diesel::sql_types::Text)]
        role: String,
        #[diesel(sql_type = diesel::sql_types::Text)]
        tenant: String,
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
    }
    let left = diesel::sql_query(
        "SELECT current_user::text AS role, coalesce(current_setting('app.user_id', true), '') AS tenant, \
                (SELECT name FROM devices) AS name",
    );
    let left = left.get_result::<Left>(&mut link.conn).unwrap();
    assert_eq!((left.role.as_str(), left.tenant.as_str(), left.name.as_str()), ("almanac", "", "Laptop"));

    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        tenant(&mut link, &alice, |_| -> Result<(), Error> { panic!("as a bug would") })
    }));
    assert!(panicked.is_err() && link.broken, "the pool throws it away");
}

#[test]
fn what_is_not_to_be_kept_is_not() {
    let mut link = migrated();
    let alice = account(&mut link);
    for is_kept in [false, true] {
        let work = |conn: &mut Conn| -> Result<_, Error> {
            allow_long(conn)?;
            diesel::update(crate::schema::users::table)
                .set(crate::schema::users::name.eq("Alice"))
                .execute(conn)?;
            Ok((seen(conn, "users"), is_kept))
        };
        assert_eq!(tenant_perhaps(&mut link, &alice, work).unwrap(), 1);
        let named = seen(&mut link.conn, "users WHERE name = 'Alice'");
        assert_eq!(named, i64::from(is_kept));
        assert!(!link.broken);
    }
    // What lets it take long ends with it.
    let quick = "(SELECT current_setting('statement_timeout') AS s) t WHERE s = '4s'";
    assert_eq!(seen(&mut link.conn, quick), 1);
}

#[test]
fn of_a_part_that_fails_nothing_is_kept() {
    let mut link = migrated();
    let alice = with_data(&mut link);
    let kept = tenant(&mut link, &alice, |conn| {
        let clear =
            |conn: &mut Conn| diesel::sql_query("DELETE FROM usage").execute(conn).map_err(Error::from);
        let failed = part(conn, |conn| {
            clear(conn)?;
            diesel::sql_query("SELECT 1 / 0").execute(conn).map_err(Error::from)
        });
        assert!(matches!(failed, Err(Error::Refused(_))), "{failed:?}");
        assert_eq!(seen(conn, "usage"), 1);
        // Another goes on from there.
        part(conn, clear)?;
        Ok::<_, Error>(seen(conn, "usage"))
    });
    assert_eq!(kept.unwrap(), 0);
    assert_eq!(seen(&mut link.conn, "usage"), 0);
}

#[test]
fn who_is_in_anothers_way_is_told_so() {
    let mut link = migrated();
    let (alice, bob) = (account(&mut link), account(&mut link));
    let name: String =
        diesel::select(diesel::dsl::sql::<diesel::sql_types::Text>("current_database()::text"))
            .get_result(&mut link.conn)
            .unwrap();
    let mut other = crate::connect(&crate::testing::url(&name)).unwrap();
    for link in [&mut link, &mut other] {
        link.conn.batch_execute("SET deadlock_timeout = '50ms'").unwrap();
    }
    let both = std::sync::Barrier::new(2);
    let crosswise = |link: &mut Link, first: &Tenant, second: &Tenant| {
        system(link, |conn| {
            devices::writers::lock_all(conn, first.user)?;
            both.wait();
            devices::writers::lock_all(conn, second.user)
        })
    };
    let (one, two) = std::thread::scope(|scope| {
        let one = scope.spawn(|| crosswise(&mut link, &alice, &bob));
        let two = scope.spawn(|| crosswise(&mut other, &bob, &alice));
        (one.join().unwrap(), two.join().unwrap())
    });
    let ((Err(error), Ok(())) | (Ok(()), Err(error))) = (one, two) else { panic!("one of them gives way") };
    assert!(matches!(error, Error::Deadlocked), "{error}");
}
