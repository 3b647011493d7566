//! Figures of focus: those of real data, and those of clocks and calendars that change.

use super::*;

fn data(name: &str) -> String {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../data/focus").join(name);
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Every figure of `expected.json` that a focus account shows.
#[test]
fn real_data_gives_the_figures_that_are_expected_of_it() {
    const FILE: &str = "pomodoro_n_2024.csv";
    let expected: Value = serde_json::from_str(&data("expected.json")).unwrap();
    let expected = &expected["files"][FILE];
    let rows: Vec<(String, String)> = csv::Reader::from_reader(data(FILE).as_bytes())
        .records()
        .map(|row| row.map(|row| (row[0].to_owned(), row[1].to_owned())).unwrap())
        .collect();
    assert_eq!(expected["rows"], rows.len());
    let server = Server::start();
    let mut people = 0;
    for (replay, figures) in expected.as_object().unwrap() {
        let Some(zone) = replay.strip_prefix("replay_") else { continue };
        for (which, figures) in figures.as_object().unwrap() {
            people += 1;
            let person = server.person(&format!("person{people}"));
            person.patch("/users/me", &json!({"timezone": zone})).ok();
            let mut rejected = vec![];
            for (number, (start, end)) in (1..).zip(&rows) {
                let seconds = |text: &str| chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp();
                let length = seconds(end) - seconds(start);
                if which == "only_25min" && (0..1500).contains(&length) {
                    continue;
                }
                let session = json!({"started_at": start, "ended_at": end, "completed": true});
                let answer = person.post("/sessions", &session);
                match answer.status {
                    201 => assert_eq!(answer.json()["focus_min"], length / 60),
                    422 => rejected.push(number),
                    _ => panic!("{}", answer.text()),
                }
            }
            assert_eq!(json!(rejected), expected["rejected_rows"]);
            let me = person.get("/stats/me").ok();
            for (name, figure) in [
                ("total_sessions", &figures["sessions"]),
                ("total_focus_min", &figures["total_focus_min"]),
                ("lvl", &figures["lvl"]),
                ("best_streak", &figures["by_start"]["longest"]["days"]),
                ("current_streak", &json!(0)),
            ] {
                assert_eq!(&me[name], figure, "{replay} {which} {name}");
            }
            // Two pairs of sessions overlap: their minutes are earned once.
            assert_eq!(
                me["xp_points"],
                figures["total_focus_min"].as_i64().unwrap() - if which == "all_valid" { 26 } else { 25 }
            );
            let daily =
                person.get("/stats/daily/366?to=2024-12-31").ok()["daily_stats"].as_array().unwrap().clone();
            assert_eq!(daily.len(), 366);
            let mut days = serde_json::Map::new();
            for day in daily.iter().filter(|day| day["sessions_completed"] != 0) {
                let told =
                    json!({"focus_min": day["focus_min"], "sessions_completed": day["sessions_completed"]});
                days.insert(day["date"].as_str().unwrap().to_owned(), told);
            }
            assert_eq!(days.len(), figures["by_start"]["active_dates"].as_u64().unwrap() as usize);
            assert_eq!(Value::Object(days), figures["daily"], "{replay} {which}");
            let listed = person.get("/sessions?limit=1000").ok();
            let sum: i64 = listed["sessions"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["focus_min"].as_i64().unwrap())
                .sum();
            assert_eq!((&listed["total"], &json!(sum)), (&figures["sessions"], &figures["total_focus_min"]));
        }
    }
    assert_eq!(people, 4);
    server.verify();
}

#[test]
fn streaks_go_by_the_days_of_who_has_them() {
    let server = Server::start();
    let ada = server.person("ada");
    let streak = || {
        let me = ada.get("/stats/me").ok();
        (me["current_streak"].as_i64().unwrap(), me["best_streak"].as_i64().unwrap())
    };
    assert_eq!(streak(), (0, 0));
    // Late in the evening of New York, which is the next day in UTC, over the change of the clocks on 8 March.
    ada.patch("/users/me", &json!({"timezone": "America/New_York"})).ok();
    for (from, to) in [
        ("2026-03-06T23:30:00-05:00", "2026-03-06T23:59:00-05:00"),
        ("2026-03-08T23:30:00-04:00", "2026-03-08T23:59:00-04:00"),
        // Late, and out of order.
        ("2026-03-07T00:30:00-05:00", "2026-03-07T00:59:00-05:00"),
        ("2026-03-07T23:30:00-05:00", "2026-03-08T00:10:00-05:00"),
    ] {
        offline(&ada, from, to);
    }
    assert_eq!(streak(), (0, 3));
    // In UTC all but one start a day later: 7, 7, 8, 9 March.
    ada.patch("/users/me", &json!({"timezone": "UTC", "effective_from": "1970-01-01T00:00:00Z"})).ok();
    assert_eq!(streak(), (0, 3));
    let days = ada.get("/stats/daily/3?to=2026-03-09").ok();
    let sessions =
        days["daily_stats"].as_array().unwrap().iter().map(|day| day["sessions_completed"].clone());
    assert_eq!(sessions.collect::<Value>(), json!([1, 1, 2]));
    server.verify();
    // Today and yesterday; and nobody's today breaks it.
    offline(&ada, &ago(1800), &ago(300));
    offline(&ada, &ago(86_400 + 1800), &ago(86_400 + 300));
    assert_eq!(streak().0, 2);
    server.verify();
}

#[test]
fn a_changed_start_of_day_moves_sessions_to_the_day_they_were_lived_on() {
    let server = Server::start();
    let ada = server.person("ada");
    offline(&ada, "2026-03-01T01:00:00Z", "2026-03-01T01:30:00Z");
    offline(&ada, "2026-03-02T12:00:00Z", "2026-03-02T12:30:00Z");
    let days = || {
        let daily = ada.get("/stats/daily/4?to=2026-03-03").ok();
        daily["daily_stats"]
            .as_array()
            .unwrap()
            .iter()
            .map(|day| day["focus_min"].as_i64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!((days(), totals(&ada)[3]), (vec![0, 30, 30, 0], 2));
    // Days are lived on as they were: what is told of them holds from now on.
    ada.patch("/users/me", &json!({"day_start": "04:00"})).ok();
    assert_eq!((days(), totals(&ada)[3]), (vec![0, 30, 30, 0], 2));
    ada.patch("/users/me", &json!({"day_start": "04:00", "effective_from": "1970-01-01T00:00:00Z"})).ok();
    assert_eq!((days(), totals(&ada)[3]), (vec![0, 30, 0, 30], 1));
    server.verify();
}

#[test]
fn trends_and_hours() {
    let server = Server::start();
    let ada = server.person("ada");
    offline(&ada, &ago(3600), &ago(1800));
    offline(&ada, &ago(3600 + 7 * 86_400), &ago(2400 + 7 * 86_400));
    let trends = ada.get("/stats/trends").ok();
    for periods in [&trends["weekly"], &trends["monthly"]] {
        let periods = periods.as_array().unwrap();
        assert_eq!(periods.len(), 12);
        let sum: i64 = periods.iter().map(|period| period["focus_min"].as_i64().unwrap()).sum();
        assert_eq!(sum, 50);
    }
    let hours = ada.get("/stats/hours").ok();
    for list in ["hours", "weekdays"] {
        let sum: i64 =
            hours[list].as_array().unwrap().iter().map(|one| one["focus_min"].as_i64().unwrap()).sum();
        assert_eq!(sum, 50, "{list}");
    }
    for query in
        ["from=2026-03-02&to=2026-03-01", "from=2020-01-01&to=2026-01-01", "from=x", "to=%2B10000-01-01"]
    {
        assert_eq!(ada.get(&format!("/stats/hours?{query}")).status, 422, "{query}");
    }
    for days in ["0", "367", "-1", "x", "99999999999"] {
        ada.get(&format!("/stats/daily/{days}")).names("days");
    }
    assert_eq!(ada.get("/stats/daily/366?to=%2B10000-01-01").status, 422);
    let seen = ada.get("/stats/me");
    let tag = seen.header("etag");
    assert_eq!(ada.with("if-none-match", tag).get("/stats/me").status, 304);
}
