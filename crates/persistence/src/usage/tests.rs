use chrono::Duration;
use diesel::connection::SimpleConnection;
use domain::usage::coverage::Coverage;
use domain::usage::rollup::{DeviceDay, Tally};

use super::*;
use crate::devices::writers::Writer;
use crate::testing::{account, migrated, now};
use crate::{Error, FEW};

fn session(minute: i64, app: &str) -> Session {
    let key = Key { started_at: now() + Duration::minutes(minute), kind: Kind::App, app: app.into() };
    let ended_at = key.started_at + Duration::milliseconds(61_234);
    Session { key, ended_at, title: Some("Zeile 1\nTab\t\\N 😀".into()), url: None }
}

#[test]
fn what_is_put_in_is_read_as_it_was() {
    let mut link = migrated();
    // Few rows go in by INSERT, more by COPY, very many by several.
    for rows in [1, 32, 33, 900] {
        let tenant = account(&mut link);
        let mut sessions: Vec<_> =
            (0..rows).map(|n| session(n / 2, ["a", "b"][usize::from(n % 2 == 1)])).collect();
        let owned: Vec<_> = sessions
            .iter()
            .map(|session| Owned { user: tenant.user, device: tenant.device.unwrap(), session })
            .collect();
        if owned.len() > FEW {
            insert(&mut link.conn, &owned).unwrap();
        } else {
            assert_eq!(insert_new(&mut link.conn, &owned).unwrap().len(), owned.len());
            assert!(insert_new(&mut link.conn, &owned).unwrap().is_empty(), "they are there now");
        }
        let listed = list::list(&mut link.conn, tenant.user, &list::Filter::default(), None, 1000).unwrap();
        let read: Vec<_> = listed
            .into_iter()
            .map(|row| Session {
                key: Key { started_at: row.started_at, kind: row.kind, app: row.app },
                ended_at: row.ended_at,
                title: row.title,
                url: row.url,
            })
            .collect();
        sessions.reverse();
        assert_eq!(read, sessions);
    }
}

#[test]
fn few_go_in_with_the_lock_of_those_who_may_write() {
    let mut link = migrated();
    let (tenant, revoked) = (account(&mut link), account(&mut link));
    let conn = &mut link.conn;
    let writer = |of: &crate::transaction::Tenant| Writer {
        user: of.user,
        device: of.device.unwrap(),
        family: of.family,
    };
    conn.batch_execute(&format!(
        "UPDATE token_families SET revoked_at = now() WHERE user_id = '{}'",
        revoked.user
    ))
    .unwrap();
    let (here, gone) = (writer(&tenant), writer(&revoked));
    let sessions = [session(0, "a"), session(1, "a"), session(1, "b")];
    let of = |writer, sessions: &[usize]| -> Vec<_> { sessions.iter().map(|n| (writer, *n)).collect() };
    let mut put = |coming: Vec<(Writer, usize)>| {
        let coming: Vec<_> = coming.into_iter().map(|(writer, n)| (writer, &sessions[n])).collect();
        lock_and_insert(conn, &[here, gone], &coming, now()).unwrap()
    };
    // Twice the same in one go counts once; whose tokens were taken back adds nothing.
    let (may, added) = put([of(here, &[0, 1, 0]), of(gone, &[0, 1, 2])].concat());
    assert_eq!(may.into_iter().collect::<Vec<_>>(), [(here, 1)]);
    assert_eq!(added, sessions[..2].iter().map(|one| (here.device, one.key.clone())).collect());
    let (_, added) = put(of(here, &[0, 1, 2]));
    assert_eq!(added, sessions[2..].iter().map(|one| (here.device, one.key.clone())).collect());
    let (may, added) = put(vec![]);
    assert_eq!((may.len(), added.len()), (1, 0));
    assert_eq!(list::list(conn, revoked.user, &list::Filter::default(), None, 9).unwrap().len(), 0);
    assert_eq!(list::list(conn, tenant.user, &list::Filter::default(), None, 9).unwrap().len(), 3);
}

#[test]
fn a_session_that_is_there_is_a_named_constraint() {
    let mut link = migrated();
    let tenant = account(&mut link);
    let session = session(0, "a");
    let owned = [Owned { user: tenant.user, device: tenant.device.unwrap(), session: &session }];
    insert(&mut link.conn, &owned).unwrap();
    assert!(matches!(insert(&mut link.conn, &owned), Err(Error::Constraint(name)) if name == "usage_pkey"));
}

#[test]
fn known_sessions_are_found_by_span_and_by_key() {
    let mut link = migrated();
    let (tenant, other) = (account(&mut link), account(&mut link));
    let sessions: Vec<_> = (0..20).map(|n| session(n, "a")).collect();
    let owned = |of: &crate::transaction::Tenant| -> Vec<Owned<'_>> {
        sessions.iter().map(|session| Owned { user: of.user, device: of.device.unwrap(), session }).collect()
    };
    insert(&mut link.conn, &owned(&tenant)).unwrap();
    insert(&mut link.conn, &owned(&other)).unwrap();
    let first = sessions[5].key.started_at;
    let span = Span {
        user: tenant.user,
        device: tenant.device.unwrap(),
        first,
        last: first + Duration::minutes(3),
        most: 9,
    };
    assert_eq!(list_in_spans(&mut link.conn, &[span]).unwrap().len(), 4);
    assert_eq!(list_in_spans(&mut link.conn, &[Span { most: 2, ..span }]).unwrap().len(), 2);
    let missing = session(7, "b");
    let asked = [owned(&tenant)[7], Owned { session: &missing, ..owned(&tenant)[7] }];
    let found = list_by_keys(&mut link.conn, &asked).unwrap();
    assert_eq!(found.iter().map(|row| &row.key).collect::<Vec<_>>(), [&sessions[7].key]);
    assert_eq!(found[0].device, tenant.device.unwrap());
}

#[test]
fn ends_move_and_what_is_not_told_stays() {
    let mut link = migrated();
    let tenant = account(&mut link);
    let mut session = session(0, "a");
    insert(&mut link.conn, &[Owned { user: tenant.user, device: tenant.device.unwrap(), session: &session }])
        .unwrap();
    let title = session.title.take();
    session.ended_at += Duration::minutes(1);
    update_ends(
        &mut link.conn,
        &[Owned { user: tenant.user, device: tenant.device.unwrap(), session: &session }],
    )
    .unwrap();
    let listed = list::list(&mut link.conn, tenant.user, &list::Filter::default(), None, 10).unwrap();
    assert_eq!((listed[0].ended_at, &listed[0].title), (session.ended_at, &title));
}

#[test]
fn days_are_kept_each_with_its_own_hours() {
    let mut link = migrated();
    let tenant = account(&mut link);
    let mut days = Vec::new();
    for n in 0..5_u8 {
        let mut day = DeviceDay::default();
        day.hours_ms[usize::from(n)] = i64::from(n) + 1;
        day.total = Tally { duration_ms: i64::from(n) + 1, session_count: 2, started_count: 1 };
        day.coverage.push(u32::from(n), u32::from(n) * 3 + 10);
        day.apps.add(Kind::Website, "é.example", day.total);
        days.push((
            (tenant.user, tenant.device.unwrap(), now().date_naive() + Duration::days(i64::from(n))),
            day,
        ));
    }
    days::upsert(&mut link.conn, &days).unwrap();
    days::upsert(&mut link.conn, &days[1..3]).unwrap();
    let keys: Vec<_> = days.iter().map(|(key, _)| *key).collect();
    let mut kept = days::list(&mut link.conn, &keys).unwrap();
    kept.sort_by_key(|(key, _)| *key);
    assert_eq!(kept, days);
    assert_eq!(Coverage::decode(&days[0].1.coverage.encode()).as_ref(), Some(&days[0].1.coverage));
}

#[test]
fn hours_survive_the_change_of_their_form_and_its_way_back() {
    #[derive(diesel::QueryableByName)]
    struct Form {
        #[diesel(sql_type = Text)]
        form: String,
    }
    let mut link = migrated();
    let tenant = account(&mut link);
    let key = (tenant.user, tenant.device.unwrap(), now().date_naive());
    let mut day = DeviceDay::default();
    for (hour, ms) in (0..).zip([0, 1, 127, 128, 3_600_000, i64::from(u32::MAX), i64::MAX]) {
        day.hours_ms[hour * 3] = ms;
    }
    days::upsert(&mut link.conn, &[(key, day.clone())]).unwrap();
    let form = "SELECT format('%s %s', pg_typeof(hours_ms), hours_ms) AS form FROM usage_days";
    let mut array = String::new();
    while !array.starts_with("bigint[]") {
        crate::revert(&mut link).unwrap();
        array = diesel::sql_query(form).get_result::<Form>(&mut link.conn).unwrap().form;
    }
    let hours: Vec<String> = day.hours_ms.iter().map(i64::to_string).collect();
    assert_eq!(array, format!("bigint[] {{{}}}", hours.join(",")));
    crate::migrate(&mut link).unwrap();
    assert_eq!(days::list(&mut link.conn, &[key]).unwrap(), [(key, day)]);
}

#[test]
fn every_session_is_handed_over_once_in_order_of_time() {
    let mut link = migrated();
    let tenant = account(&mut link);
    let sessions: Vec<_> = (0..25_000_i64)
        .map(|n| session(n / 7, ["a", "b", "c", "d", "e", "f", "g"][usize::try_from(n % 7).unwrap()]))
        .collect();
    let owned: Vec<_> = sessions
        .iter()
        .map(|session| Owned { user: tenant.user, device: tenant.device.unwrap(), session })
        .collect();
    insert(&mut link.conn, &owned).unwrap();
    let mut keys = Vec::new();
    list::each(&mut link.conn, tenant.user, now(), now() + Duration::days(90), |_, session| {
        keys.push(session.key)
    })
    .unwrap();
    assert!(keys.is_sorted_by(|a, b| a < b));
    assert_eq!(keys.len(), sessions.len());
}

/// A statement that scans a whole table is quick in a test and slow in a year.
#[test]
fn no_statement_reads_a_table_whole() {
    let mut link = migrated();
    let tenant = account(&mut link);
    let session = session(0, "a");
    let owned = [Owned { user: tenant.user, device: tenant.device.unwrap(), session: &session }];
    insert(&mut link.conn, &owned).unwrap();
    link.conn.batch_execute("ANALYZE; SELECT pg_stat_force_next_flush(); SELECT pg_stat_reset()").unwrap();
    let span = Span { user: tenant.user, device: tenant.device.unwrap(), first: now(), last: now(), most: 9 };
    let date = now().date_naive();
    list_in_spans(&mut link.conn, &[span]).unwrap();
    list_by_keys(&mut link.conn, &owned).unwrap();
    update_ends(&mut link.conn, &owned).unwrap();
    days::list(&mut link.conn, &[(tenant.user, tenant.device.unwrap(), date)]).unwrap();
    figures::find(&mut link.conn, tenant.user, None, date, date, date).unwrap();
    let filter = list::Filter { from: Some(now()), ..Default::default() };
    list::list(&mut link.conn, tenant.user, &filter, None, 10).unwrap();
    list::count(&mut link.conn, tenant.user, &filter).unwrap();
    days::count_started(&mut link.conn, tenant.user, None, Some("a"), date, date).unwrap();
    let writer = crate::devices::writers::Writer {
        user: tenant.user,
        device: tenant.device.unwrap(),
        family: tenant.family,
    };
    crate::devices::writers::lock(&mut link.conn, &[writer], now()).unwrap();
    #[derive(QueryableByName)]
    struct Scanned {
        #[diesel(sql_type = Text)]
        relname: String,
    }
    link.conn.batch_execute("SELECT pg_stat_force_next_flush()").unwrap();
    let scanned = diesel::sql_query("SELECT relname::text FROM pg_stat_user_tables WHERE seq_scan > 0");
    let scanned: Vec<_> =
        scanned.load::<Scanned>(&mut link.conn).unwrap().into_iter().map(|row| row.relname).collect();
    assert_eq!(scanned, Vec::<String>::new());
}
