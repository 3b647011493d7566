//! Leaderboards and the summary: ranks, periods, who is seen, and that every change gets there.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::harness::{CLUSTER, Caller, Person, Server};

/// A completed session that began at `start`; gives its id.
fn complete(person: &Caller<'_>, start: DateTime<Utc>, minutes: i64) -> String {
    let end = start + TimeDelta::minutes(minutes);
    let new = json!({"started_at": start, "ended_at": end, "completed": true});
    person.post("/sessions", &new).is(201)["id"].as_str().unwrap().to_owned()
}

/// A completed session of today, of 1 to 4 minutes: it may end a little ahead of the clock.
fn complete_now(person: &Caller<'_>, minutes: i64) -> String {
    complete(person, Utc::now(), minutes)
}

/// Noon so many days ago, in no week or month that is shown where they are 40 or more.
fn ago(days: i64) -> DateTime<Utc> {
    (Utc::now() - TimeDelta::days(days)).date_naive().and_hms_opt(12, 0, 0).unwrap().and_utc()
}

/// Once nothing is due, standings are what they are derived from.
fn verify(server: &Server, person: &Caller<'_>) {
    while server.sql("SELECT count(*) FROM standings_due") != "0" {
        person.get("/stats/summary").ok();
    }
    server.verify();
}

/// Ranks, names and values of a board.
fn rows(board: &Value, value: &str) -> Vec<(i64, String, i64)> {
    let rows = board["leaderboard"].as_array().unwrap().iter();
    rows.map(|row| {
        assert_eq!(row.as_object().unwrap().len(), 5, "{row}");
        let number = |name: &str| row[name].as_i64().unwrap();
        (number("rank"), row["username"].as_str().unwrap().to_owned(), number(value))
    })
    .collect()
}

fn expect(found: &[(i64, String, i64)], expected: &[(i64, &str, i64)]) {
    let found: Vec<(i64, &str, i64)> =
        found.iter().map(|(rank, name, value)| (*rank, name.as_str(), *value)).collect();
    assert_eq!(found, expected);
}

#[test]
fn four_boards_compare_people_by_four_things() {
    let server = Server::start();
    let (ada, bob, eve) = (server.person("ada"), server.person("bob"), server.person("eve"));
    for day in [50, 49, 48] {
        complete(&ada, ago(day), 100);
    }
    complete(&bob, ago(50), 200);
    complete(&bob, ago(50) + TimeDelta::hours(4), 100);
    for (path, value, expected, own) in [
        ("xp", "xp_points", [(1, "ada", 300), (1, "bob", 300), (3, "eve", 0)], (3, 0)),
        ("focus-time", "total_focus_min", [(1, "ada", 300), (1, "bob", 300), (3, "eve", 0)], (3, 0)),
        ("streak", "best_streak", [(1, "ada", 3), (2, "bob", 1), (3, "eve", 0)], (3, 0)),
        ("sessions", "total_sessions", [(1, "ada", 3), (2, "bob", 2), (3, "eve", 0)], (3, 0)),
    ] {
        let board = eve.get(&format!("/leaderboard/{path}")).ok();
        expect(&rows(&board, value), &expected);
        assert_eq!((&board["total_users"], &board["period"]), (&json!(3), &json!("all")));
        let row = json!({"rank": own.0, "user_id": eve.id, "username": "eve", "lvl": 1, value: own.1});
        assert_eq!((&board["current_user_rank"], &board["current_user"]), (&json!(own.0), &row));
        assert_eq!(board["leaderboard"][0]["lvl"], 2);
        // A shorter list, and the own rank beyond its end.
        let board = eve.get(&format!("/leaderboard/{path}?limit=1")).ok();
        expect(&rows(&board, value), &expected[..1]);
        assert_eq!((&board["current_user_rank"], &board["current_user"]), (&json!(3), &row));
        // The same for who is in it.
        let board = ada.get(&format!("/leaderboard/{path}")).ok();
        expect(&rows(&board, value), &expected);
        assert_eq!(board["current_user"], board["leaderboard"][0]);
    }
    // Among those who have the same it is always the same order: the order of their ids.
    assert!(ada.id < bob.id);
    verify(&server, &ada);
}

#[test]
fn weeks_and_months_show_who_was_active_in_them() {
    let server = Server::start();
    let (ada, bob, eve) = (server.person("ada"), server.person("bob"), server.person("eve"));
    complete(&ada, ago(40), 25);
    complete(&bob, ago(40), 45);
    complete_now(&ada, 4);
    complete_now(&eve, 1);
    complete(&eve, Utc::now() - TimeDelta::seconds(10), 1);
    for period in ["week", "month"] {
        let board = bob.get(&format!("/leaderboard/focus-time?period={period}")).ok();
        expect(&rows(&board, "total_focus_min"), &[(1, "ada", 4), (2, "eve", 2)]);
        assert_eq!((&board["total_users"], &board["period"]), (&json!(3), &json!(period)));
        let own = json!({"rank": 3, "user_id": bob.id, "username": "bob", "lvl": 1, "total_focus_min": 0});
        assert_eq!((&board["current_user_rank"], &board["current_user"]), (&json!(3), &own));
        let board = ada.get(&format!("/leaderboard/sessions?period={period}")).ok();
        expect(&rows(&board, "total_sessions"), &[(1, "eve", 2), (2, "ada", 1)]);
        assert_eq!(board["current_user_rank"], 2);
    }
    let board = ada.get("/leaderboard/focus-time?period=all").ok();
    expect(&rows(&board, "total_focus_min"), &[(1, "bob", 45), (2, "ada", 29), (3, "eve", 2)]);
    // The own week is that of the own days: a day that lies elsewhere takes its minutes with it.
    verify(&server, &ada);

    // Another week and another month begin: what was counted of the old ones goes, and nothing else.
    server.sql("UPDATE focus_summary SET month = '2020-01-01', week = '2020-01-06'");
    server.sql("INSERT INTO standing_counts VALUES ('sessions/week', '2020-01-06', 0, 1, 5), ('sessions/month', '2020-01-01', 0, 1, 5)");
    assert_eq!(ada.get("/leaderboard/sessions?period=week").ok()["current_user_rank"], 2);
    assert_eq!(
        server.sql("SELECT count(*) FROM standing_counts WHERE since BETWEEN '2000-01-01' AND '2020-12-31'"),
        "0"
    );
    verify(&server, &ada);
}

#[test]
fn a_board_is_asked_for_in_the_right_way() {
    let server = Server::start();
    let ada = server.person("ada");
    let phone = ada.device("Phone", "ios");
    for path in ["xp", "focus-time", "streak", "sessions"] {
        let path = format!("/leaderboard/{path}");
        for limit in ["0", "101", "-1", "x"] {
            ada.get(&format!("{path}?limit={limit}")).names("limit");
        }
        ada.get(&format!("{path}?period=year")).names("period");
        ada.get(&format!("{path}?limit=100&period=all")).ok();
        let has_periods = ["/leaderboard/focus-time", "/leaderboard/sessions"].contains(&path.as_str());
        for period in ["week", "month"] {
            let answer = ada.get(&format!("{path}?period={period}"));
            if has_periods { drop(answer.ok()) } else { answer.names("period") }
        }
    }
    for path in ["/leaderboard/xp", "/leaderboard/sessions", "/stats/summary"] {
        server.nobody().get(path).fails(401, "TOKEN_MISSING");
        phone.get(path).fails(403, "WRONG_TOKEN_KIND");
        let answer = ada.get(path);
        let tag = answer.header("etag").to_owned();
        assert_eq!(ada.with("if-none-match", &tag).get(path).status, 304);
    }
    ada.get("/leaderboard/garden").fails(404, "ROUTE_NOT_FOUND");
    let tag = ada.get("/leaderboard/xp").header("etag").to_owned();
    complete_now(&ada, 1);
    assert_eq!(ada.with("if-none-match", &tag).get("/leaderboard/xp").status, 200);
}

#[test]
fn who_hides_is_disabled_or_gone_is_absent_and_names_follow() {
    let server = Server::start();
    let (ada, bob, eve) = (server.person("ada"), server.person("bob"), server.person("eve"));
    for (person, minutes) in [(&ada, 30), (&bob, 20), (&eve, 10)] {
        complete(person, ago(50), minutes);
    }
    let board = |person: &Person<'_>| person.get("/leaderboard/xp").ok();
    let seen = |expected: &[(i64, &str, i64)]| {
        expect(&rows(&board(&ada), "xp_points"), expected);
        assert_eq!(board(&ada)["total_users"], expected.len());
        verify(&server, &ada);
    };
    let summary = || {
        let summary = ada.get("/stats/summary").ok();
        ["total_users", "total_sessions", "total_focus_min"].map(|name| summary[name].as_i64().unwrap())
    };
    seen(&[(1, "ada", 30), (2, "bob", 20), (3, "eve", 10)]);
    assert_eq!(summary(), [3, 3, 60]);

    bob.patch("/users/me", &json!({"settings": {"public_profile": false}})).ok();
    seen(&[(1, "ada", 30), (2, "eve", 10)]);
    let of_bob = board(&bob);
    expect(&rows(&of_bob, "xp_points"), &[(1, "ada", 30), (2, "eve", 10)]);
    assert_eq!((&of_bob["current_user_rank"], &of_bob["current_user"]["xp_points"]), (&json!(2), &json!(20)));
    assert_eq!((&of_bob["total_users"], summary()), (&json!(2), [3, 3, 60]));
    bob.patch("/users/me", &json!({"settings": {"public_profile": true}, "username": "bobby"})).ok();
    seen(&[(1, "ada", 30), (2, "bobby", 20), (3, "eve", 10)]);

    // ada came first, and is the admin.
    ada.patch(&format!("/admin/users/{}", eve.id), &json!({"is_active": false})).ok();
    seen(&[(1, "ada", 30), (2, "bobby", 20)]);
    ada.patch(&format!("/admin/users/{}", eve.id), &json!({"is_active": true})).ok();
    seen(&[(1, "ada", 30), (2, "bobby", 20), (3, "eve", 10)]);

    ada.delete(&format!("/admin/users/{}", eve.id)).is(204);
    seen(&[(1, "ada", 30), (2, "bobby", 20)]);
    assert_eq!(summary(), [2, 2, 50]);
    // A guest, whose device alone reports, is nobody on a board.
    server.guest("Phone");
    seen(&[(1, "ada", 30), (2, "bobby", 20)]);
}

#[test]
fn a_session_that_goes_or_lies_on_another_day_moves_its_person() {
    let server = Server::start();
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    let first = complete(&ada, ago(50), 30);
    complete(&ada, ago(49), 30);
    complete(&bob, ago(50), 40);
    let of_bob = |path: &str, value: &str| rows(&bob.get(&format!("/leaderboard/{path}")).ok(), value);
    expect(&of_bob("streak", "best_streak"), &[(1, "ada", 2), (2, "bob", 1)]);
    ada.delete(&format!("/sessions/{first}")).is(204);
    expect(&of_bob("streak", "best_streak"), &[(1, "ada", 1), (1, "bob", 1)]);
    expect(&of_bob("xp", "xp_points"), &[(1, "bob", 40), (2, "ada", 30)]);
    // Noon of UTC is the same day in both zones, but one session lies before four.
    complete(&ada, ago(48) - TimeDelta::hours(10), 5);
    expect(&of_bob("streak", "best_streak"), &[(1, "ada", 2), (2, "bob", 1)]);
    let change = json!({"day_start": "04:00", "effective_from": ago(60)});
    ada.patch("/users/me", &change).ok();
    expect(&of_bob("streak", "best_streak"), &[(1, "ada", 1), (1, "bob", 1)]);
    verify(&server, &ada);
}

#[test]
fn the_summary_counts_everybody_and_who_was_active_today() {
    let server = Server::start();
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    let sums = |users: i64, sessions: i64, minutes: i64, active: i64| json!({"total_users": users, "total_sessions": sessions, "total_focus_min": minutes, "active_users_today": active});
    assert_eq!(ada.get("/stats/summary").ok(), sums(2, 0, 0, 0));
    complete(&bob, ago(50), 20);
    assert_eq!(ada.get("/stats/summary").ok(), sums(2, 1, 20, 0));
    let today = complete_now(&ada, 3);
    complete_now(&ada, 2);
    assert_eq!(bob.get("/stats/summary").ok(), sums(2, 3, 25, 1));
    ada.delete(&format!("/sessions/{today}")).is(204);
    assert_eq!(bob.get("/stats/summary").ok(), sums(2, 2, 22, 1));
    // Abandoned ones count nothing.
    let id = bob.post("/sessions", &json!({})).is(201)["id"].as_str().unwrap().to_owned();
    bob.patch(&format!("/sessions/{id}"), &json!({"abandoned": true})).ok();
    assert_eq!(bob.get("/stats/summary").ok(), sums(2, 2, 22, 1));
}

#[test]
fn what_another_process_took_in_is_seen() {
    let here = Server::start();
    let (ada, bob) = (here.person("ada"), here.person("bob"));
    let there = Server::on(&here.database, |_| {});
    let ada_there = Caller { server: &there, headers: ada.headers.clone() };
    for minutes in [10, 20] {
        complete(&ada_there, ago(40 + minutes), minutes);
    }
    expect(&rows(&bob.get("/leaderboard/xp").ok(), "xp_points"), &[(1, "ada", 30), (2, "bob", 0)]);
    complete(&bob, ago(50), 40);
    expect(&rows(&ada_there.get("/leaderboard/xp").ok(), "xp_points"), &[(1, "bob", 40), (2, "ada", 30)]);
}

#[test]
fn a_rank_among_many_is_exact() {
    let server = Server::start();
    let ada = server.person("ada");
    complete(&ada, ago(50), 77);
    let session = complete(&ada, ago(49), 100);
    server.sql(
        "CREATE TEMP TABLE many AS SELECT gen_random_uuid() AS id, n FROM generate_series(1, 400) n; \
         INSERT INTO users (user_id, username, email, password_hash, calendar, created_at, updated_at) \
           SELECT id, 'user' || n, 'user' || n, '', (SELECT calendar FROM users LIMIT 1), now(), now() FROM many; \
         INSERT INTO focus_totals SELECT id, n, n, 1, 1, 1, '2026-01-01', now() FROM many; \
         INSERT INTO standings_due SELECT id, id FROM many",
    );
    // A request derives some at a time.
    for _ in 0..5 {
        ada.get("/stats/summary").ok();
    }
    assert_eq!(server.sql("SELECT count(*) FROM standings"), "401");
    let board = ada.get("/leaderboard/xp?limit=100").ok();
    let found = rows(&board, "xp_points");
    assert_eq!(
        (found.len(), &found[0], &found[99]),
        (100, &(1, "user400".into(), 400), &(100, "user301".into(), 301))
    );
    assert_eq!((&board["current_user_rank"], &board["total_users"]), (&json!(400 - 177 + 1), &json!(401)));
    // The own standing that is kept lags behind the own figures: it is not counted as somebody else's.
    ada.delete(&format!("/sessions/{session}")).is(204);
    server.sql("DELETE FROM standings_due");
    assert_eq!(ada.get("/leaderboard/xp").ok()["current_user_rank"], 400 - 77 + 1);
    assert_eq!(ada.get("/leaderboard/streak").ok()["current_user_rank"], 1);
    let report = service::verify::run(&CLUSTER.url(&server.database)).unwrap();
    let of_standings: Vec<_> =
        report.differences.iter().filter(|line| line.contains("the standing is")).collect();
    assert_eq!(of_standings.len(), 1, "ada's alone: {of_standings:?}");
    assert!(report.differences.iter().all(|line| !line.contains("add up") || line.contains("sessions")));
}

#[test]
fn whatever_is_done_at_once_the_standings_fit_the_sessions() {
    let server = Server::start();
    let people = ["ada", "bob", "eve", "dan"].map(|name| server.person(name));
    let other = Server::on(&server.database, |_| {});
    std::thread::scope(|scope| {
        for (number, person) in (0_i64..).zip(&people) {
            let there = Caller { server: &other, headers: person.headers.clone() };
            scope.spawn(move || {
                let mut random = 7 + u64::try_from(number).unwrap();
                let mut next = move |below: i64| {
                    random = random
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407);
                    i64::try_from(random >> 33).unwrap() % below
                };
                let mut done = vec![];
                for step in 0..40 {
                    let caller: &Caller<'_> = if next(2) == 0 { person } else { &there };
                    match next(4) {
                        0 if !done.is_empty() => {
                            let at = usize::try_from(next(i64::try_from(done.len()).unwrap())).unwrap();
                            let id: String = done.swap_remove(at);
                            caller.delete(&format!("/sessions/{id}")).is(204);
                        }
                        1 => drop(caller.get("/leaderboard/focus-time?period=week").ok()),
                        _ => {
                            let start =
                                ago(1 + next(60)) - TimeDelta::minutes(next(600)) - TimeDelta::seconds(step);
                            done.push(complete(caller, start, 1 + next(60)));
                        }
                    }
                }
            });
        }
    });
    verify(&server, &people[0]);
    let ada = &people[0];
    let found = rows(&ada.get("/leaderboard/focus-time").ok(), "total_focus_min");
    for person in &people {
        let me = person.get("/stats/me").ok();
        let row = found.iter().find(|row| row.1 == person.username).unwrap();
        assert_eq!(me["total_focus_min"], row.2);
    }
}

#[test]
fn differences_are_found() {
    let server = Server::start();
    let ada = server.person("ada");
    complete_now(&ada, 2);
    ada.get("/stats/summary").ok();
    for (plant, told) in [
        ("UPDATE standings SET focus_min = 77", "the standing is"),
        ("UPDATE focus_summary SET sessions = 77", "the summary of focus"),
        ("UPDATE standing_days SET people = 77", "active on which day"),
        ("DELETE FROM standing_counts WHERE level = 2", "how many people have how much"),
        (
            "INSERT INTO standings SELECT gen_random_uuid(), 'x', hidden, 0, 0, 0, 0, month, 0, 0, week, 0, 0 FROM standings",
            "a standing of nobody",
        ),
    ] {
        server.sql(plant);
        let report = service::verify::run(&CLUSTER.url(&server.database)).unwrap();
        assert!(
            report.differences.iter().any(|line| line.contains(told)),
            "{plant}: {:?}",
            report.differences
        );
    }
}
