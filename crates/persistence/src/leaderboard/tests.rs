use diesel::connection::SimpleConnection;
use domain::accounts::Role;
use domain::days::Calendar;
use domain::leaderboard::{LONGEST, ahead};

use super::*;
use crate::accounts::{self, Person};
use crate::testing::{migrated, now};
use crate::transaction::{Tenant, tenant};
use crate::{Error, Link};

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn person(link: &mut Link, name: &str) -> UserId {
    let user = UserId(Uuid::now_v7());
    let person = Person {
        username: name,
        email: name,
        name: None,
        first_name: None,
        last_name: None,
        password_hash: "",
        role: Role::User,
    };
    let calendar = Calendar::in_zone(chrono_tz::Europe::Berlin);
    accounts::insert(&mut link.conn, user, Some(person), &calendar, now()).unwrap();
    user
}

fn sql(link: &mut Link, sql: &str) {
    link.conn.batch_execute(sql).unwrap();
}

/// A standing of a hundred minutes.
fn standing(number: u128, value: i64) -> Standing {
    let periods = Periods::of(date("2026-11-22"));
    Standing {
        user: UserId(Uuid::from_u128(number)),
        username: format!("user{number}"),
        hidden: number.is_multiple_of(10),
        xp_points: value,
        focus_min: value * 2,
        sessions: value / 2,
        best_streak: value / 3,
        month: InPeriod { since: periods.month, focus_min: value / 4, sessions: value / 5 },
        week: InPeriod { since: periods.week, focus_min: value / 6, sessions: value / 7 },
        active_on: (value > 0).then_some(date("2026-11-20")),
        again_on: None,
    }
}

#[test]
fn a_tenant_says_that_the_own_standing_is_due_and_nothing_else() {
    let mut link = migrated();
    let (ada, bob) = (person(&mut link, "ada"), person(&mut link, "bob"));
    let as_ada = Tenant { user: ada, device: None, family: None, calendar: None };
    let id = Uuid::now_v7();
    tenant(&mut link, &as_ada, |conn| note(conn, ada, id)).unwrap();
    for (user, part) in [(bob, "row-level security"), (ada, "standings_due")] {
        let refused = tenant(&mut link, &as_ada, |conn| note(conn, user, id));
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains(part), "{refused}");
    }
    for forbidden in [
        "SELECT * FROM standings_due",
        "DELETE FROM standings_due",
        "UPDATE standings_due SET id = user_id",
        "SELECT * FROM standings",
        "INSERT INTO standing_days VALUES ('2026-11-21', 1)",
    ] {
        let refused = tenant(&mut link, &as_ada, |conn| Ok::<_, Error>(conn.batch_execute(forbidden)?));
        assert!(refused.unwrap_err().to_string().contains("permission denied"), "{forbidden}");
    }
    assert_eq!(take(&mut link.conn, date("2026-11-21"), 10).unwrap(), [ada]);
    assert_eq!(take(&mut link.conn, date("2026-11-21"), 10).unwrap(), []);
}

#[test]
fn standings_are_of_own_days_and_due_again_where_the_next_week_has_begun() {
    let mut link = migrated();
    let (ada, bob) = (person(&mut link, "ada"), person(&mut link, "bob"));
    sql(
        &mut link,
        &format!(
            "INSERT INTO focus_days VALUES ('{ada}', '2026-10-31', 1, 1), ('{ada}', '2026-11-01', 2, 1), ('{ada}', '2026-11-22', 4, 1), \
               ('{ada}', '2026-11-23', 8, 1), ('{ada}', '2026-11-29', 16, 1), ('{ada}', '2026-11-30', 32, 2); \
             INSERT INTO focus_totals VALUES ('{ada}', 60, 63, 7, 2, 2, '2026-11-30', now()); \
             UPDATE users SET settings = '{{\"public_profile\": false}}' WHERE user_id = '{bob}'"
        ),
    );
    let periods = Periods::of(date("2026-11-29"));
    let conn = &mut link.conn;
    let mut derived = derive(conn, &[ada, bob, UserId(Uuid::nil())], &periods).unwrap();
    derived.sort_by_key(|one| one.user);
    let [of_ada, of_bob] = derived.as_slice() else { panic!("{derived:?}") };
    let month = InPeriod { since: periods.month, focus_min: 62, sessions: 6 };
    let week = InPeriod { since: periods.week, focus_min: 24, sessions: 2 };
    assert_eq!((of_ada.month, of_ada.week, of_ada.again_on), (month, week, Some(date("2026-11-30"))));
    assert_eq!((of_ada.xp_points, of_ada.focus_min, of_ada.sessions, of_ada.best_streak), (60, 63, 7, 2));
    assert_eq!((of_ada.hidden, of_bob.hidden, of_bob.active_on), (false, true, None));

    save(conn, &[of_ada, of_bob]).unwrap();
    let mut kept = list(conn, &[ada, bob]).unwrap();
    kept.sort_by_key(|one| one.user);
    assert_eq!(kept, derived);
    assert_eq!(take(conn, date("2026-11-29"), 10).unwrap(), []);
    assert_eq!(take(conn, date("2026-11-30"), 10).unwrap(), [ada]);
    let next = derive(conn, &[ada], &Periods::of(date("2026-11-30"))).unwrap().remove(0);
    assert_eq!((next.week.focus_min, next.week.sessions, next.again_on), (32, 2, None));
}

#[test]
fn boards_and_counts_agree_with_the_standings() {
    let mut link = migrated();
    let conn = &mut link.conn;
    let periods = Periods::of(date("2026-11-22"));
    begin(conn, &periods).unwrap();
    let all: Vec<Standing> =
        (1..400_u128).map(|n| standing(n, i64::try_from(n * n % 293).unwrap())).collect();
    save(conn, &all.iter().collect::<Vec<_>>()).unwrap();
    let mut changes = Changes::default();
    all.iter().for_each(|one| changes.add(one, &periods));
    add(conn, changes.clone()).unwrap();
    assert_eq!(verify::find_sums(conn).unwrap(), changes.clone().trimmed());
    let but = UserId(Uuid::from_u128(7));
    for (board, period) in [
        (Board::Xp, Period::All),
        (Board::FocusTime, Period::All),
        (Board::Streak, Period::All),
        (Board::Sessions, Period::All),
        (Board::FocusTime, Period::Month),
        (Board::Sessions, Period::Month),
        (Board::FocusTime, Period::Week),
        (Board::Sessions, Period::Week),
    ] {
        let value = |one: &Standing| one.value(board, period, &periods);
        let takes_part = |one: &&Standing| match period {
            Period::All => true,
            Period::Month => one.month.sessions > 0,
            Period::Week => one.week.sessions > 0,
        };
        let mut expected: Vec<&Standing> =
            all.iter().filter(|one| !one.hidden && one.user != but).filter(takes_part).collect();
        expected.sort_by_key(|one| (std::cmp::Reverse(value(one)), one.user));
        let found = first(conn, board, period, &periods, but).unwrap();
        assert_eq!(found.len(), LONGEST);
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!((found.user, found.value), (expected.user, value(expected)), "{board:?} {period:?}");
        }
        for asked in [0, 1, 40, 100, 584, 600] {
            let above = all.iter().filter(|one| !one.hidden && value(one) > asked).count();
            let counted = count_above(conn, board, period, &periods, asked).unwrap();
            assert_eq!(counted, i64::try_from(above).unwrap(), "{board:?} {period:?} {asked}");
        }
        assert_eq!(ahead(&found, 0), None, "the list is cut off");
    }
    // A new week takes the counts of the old one with it.
    begin(conn, &Periods::of(date("2026-11-23"))).unwrap();
    let left = verify::find_sums(conn).unwrap();
    assert!(left.counts.keys().all(|key| !key.0.ends_with("/week")) && left.counts.len() > 100);
    assert!(
        first(conn, Board::Sessions, Period::Week, &Periods::of(date("2026-11-23")), but).unwrap().is_empty()
    );
}

#[test]
fn an_account_that_goes_takes_its_standing_with_it() {
    let mut link = migrated();
    let (ada, bob) = (person(&mut link, "ada"), person(&mut link, "bob"));
    let conn = &mut link.conn;
    let periods = Periods::of(date("2026-11-22"));
    begin(conn, &periods).unwrap();
    let mut changes = Changes::default();
    for (user, value) in [(ada, 100), (bob, 200)] {
        let standing = Standing { user, ..standing(1, value) };
        save(conn, &[&standing]).unwrap();
        changes.add(&standing, &periods);
        note(conn, user, Uuid::now_v7()).unwrap();
    }
    add(conn, changes).unwrap();
    let today = date("2026-11-20");
    assert_eq!(find_summary(conn, today).unwrap().shown.active_users_today, 2);
    crate::transaction::system(&mut link, |conn| accounts::delete(conn, bob)).unwrap();
    let conn = &mut link.conn;
    let summary = find_summary(conn, today).unwrap();
    let expected =
        FocusSummary { total_users: 1, total_sessions: 50, total_focus_min: 200, active_users_today: 1 };
    assert_eq!((summary.shown, summary.visible, summary.is_due), (expected, 1, true));
    assert_eq!(find_summary(conn, date("2026-11-21")).unwrap().shown.active_users_today, 0);
    assert_eq!(count_above(conn, Board::Xp, Period::All, &periods, 99).unwrap(), 1);
    assert_eq!(take(conn, today, 10).unwrap(), [ada]);
    assert!(list(conn, &[bob]).unwrap().is_empty());
}
