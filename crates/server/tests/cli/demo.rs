//! `almanac demo`.

use std::fs;

use serde_json::Value;

use crate::harness::Place;

/// The password that is the last line.
fn password(lines: &[&str]) -> String {
    let line = lines.last().unwrap();
    line.strip_prefix("  password  ").unwrap_or_else(|| panic!("{line}")).to_owned()
}

/// The first number of a line such as `Pixel: 1,654 accepted, …`, and the third.
fn accepted_and_duplicates(line: &str) -> (u64, u64) {
    let numbers: Vec<u64> = line.split(' ').filter_map(|word| word.replace(',', "").parse().ok()).collect();
    assert!(line.ends_with(" 0 rejected"), "{line}");
    (numbers[0], numbers[2])
}

#[test]
fn a_fortnight_of_two_devices_once() {
    let place = Place::new();
    let server = place.serve();
    let first = place.run(&["demo", "--url", &server.url, "--timezone", "Europe/Berlin"]);
    let lines = first.ok();
    let (phone, _) = accepted_and_duplicates(lines[0]);
    let (pc, twice) = accepted_and_duplicates(lines[1]);
    assert!(lines[0].starts_with("Pixel: ") && phone > 1500, "{lines:?}");
    assert!(lines[1].starts_with("Work PC: ") && pc > 200 && twice < 10, "{lines:?}");
    assert!(lines.contains(&format!("Open {} and sign in:", server.url).as_str()), "{lines:?}");
    let password = password(&lines);
    assert!(fs::read_to_string(place.path("data/demo.key")).unwrap().trim() == password);
    assert_eq!(place.mode("data/demo.key"), 0o600);

    let devices = server.get_as("demo", &password, "/devices");
    assert_eq!(devices["total"], 2);
    let names: Vec<_> = devices["devices"].as_array().unwrap().iter().map(|device| &device["name"]).collect();
    assert_eq!(names, ["Pixel", "Work PC"]);
    let account = server.get_as("demo", &password, "/users/me");
    assert_eq!(account["timezone"], "Europe/Berlin");
    // A fortnight: every day of two weeks, the last of which is today's.
    let week = server.get_as("demo", &password, "/stats/week");
    assert!(
        week["days"].as_array().unwrap().iter().take(6).all(|day| day["session_count"].as_u64() > Some(10))
    );
    assert!(week["previous"]["total_seconds"].as_f64() > Some(3600.0));
    // (Shortly after midnight today's is still empty.)
    let days = place.sql("SELECT count(DISTINCT day) FROM usage_days");
    assert!(days == "14" || days == "13", "{days}");

    let focus = server.get_as("demo", &password, "/stats/me");
    assert!(focus["total_sessions"].as_i64() > Some(150) && focus["lvl"].as_i64() > Some(5), "{focus}");
    // (Today's may still be to come.)
    assert!(matches!(focus["best_streak"].as_i64(), Some(27 | 28)), "{focus}");
    let plants = server.get_as("demo", &password, "/garden");
    let kinds: std::collections::BTreeSet<&str> = plants["gardens"]
        .as_array()
        .unwrap()
        .iter()
        .map(|plant| plant["plant_type"].as_str().unwrap())
        .collect();
    assert!(kinds.len() > 5, "{kinds:?}");

    let projects = server.get_as("demo", &password, "/projects");
    assert_eq!(projects["total"], 5);
    let is_whole = |project: &Value| {
        project["client"].is_string()
            && project["color"].is_string()
            && project["entry_count"].as_i64() > Some(10)
    };
    assert!(projects["projects"].as_array().unwrap().iter().all(is_whole), "{projects}");
    // (Today's may still be to come.)
    let tracked = server.get_as("demo", &password, "/time-entries/report?group_by=client,project");
    let days = server.get_as("demo", &password, "/time-entries/report?group_by=day");
    let days = days["groups"].as_array().unwrap().len();
    assert!((69..72).contains(&days), "{days}");
    assert!(tracked["entry_count"].as_i64() > Some(300), "{tracked}");
    assert!(tracked["billable_amount"].as_f64() > Some(100.0), "{tracked}");
    assert_eq!(tracked["groups"].as_array().unwrap().len(), 2);
    let line = format!("Time: {} entries", tracked["entry_count"]);
    assert!(lines.contains(&line.as_str()), "{lines:?}");

    let household = server.get_as("demo", &password, "/consumption/analytics?group_by=year");
    let [electricity, water, gas] = household["types"].as_array().unwrap().as_slice() else {
        panic!("{household}")
    };
    // (Shortly after midnight no hour of today's is over.)
    assert!(matches!(electricity["days"].as_i64(), Some(730 | 731)), "{electricity}");
    assert!(
        electricity["total"].as_f64().is_some_and(|kwh| (7000.0..7500.0).contains(&kwh)),
        "{electricity}"
    );
    for of_type in [water, gas] {
        assert_eq!(
            (of_type["count"].as_i64(), of_type["days"].as_i64()),
            (Some(731), Some(731)),
            "{of_type}"
        );
    }
    assert!(lines.iter().any(|line| line.starts_with("Household: 17,5") && line.ends_with("1,462 records")));
    let profile = server.get_as("demo", &password, "/consumption/profile?consumption_type=electricity");
    assert!(
        profile["weekends"]["hours"][12]["mean"].as_f64() > profile["weekdays"]["hours"][4]["mean"].as_f64()
    );
    let meters = server.get_as("demo", &password, "/meters");
    assert_eq!((&meters["total"], &meters["meters"][0]["name"]), (&1.into(), &"Main meter".into()));

    // Again: nothing is there twice. (Time goes on; a session may have begun.)
    let sessions = || place.sql("SELECT count(*) FROM usage").parse::<u64>().unwrap();
    let before = sessions();
    assert_eq!(before, phone + pc);
    let again = place.run(&["demo", "--url", &server.url, "--timezone", "Asia/Tokyo"]);
    assert!(again.err.contains("is in Europe/Berlin and stays there"), "{again:?}");
    assert!(sessions() - before < 5);
    let later = server.get_as("demo", &password, "/stats/me");
    let more = later["total_sessions"].as_i64().unwrap() - focus["total_sessions"].as_i64().unwrap();
    assert!((0..3).contains(&more), "{later}");
    assert!(accepted_and_duplicates(again.ok()[0]).1 > 0, "{again:?}");
    let later = server.get_as("demo", &password, "/time-entries?limit=1");
    let more = later["total"].as_i64().unwrap() - tracked["entry_count"].as_i64().unwrap();
    assert!((0..3).contains(&more), "{later}");
    assert_eq!(server.get_as("demo", &password, "/projects")["total"], 5);
    let records: u32 = place.sql("SELECT count(*) FROM consumption WHERE meter_id IS NULL").parse().unwrap();
    // (Past midnight there is one more of each.)
    assert!(records == 1462 || records == 1464, "{records}");
    assert_eq!(place.sql("SELECT count(*) FROM users"), "1");
    assert!(place.run(&["db", "verify"]).ok()[0].ends_with("differences 0"));
}

#[test]
fn what_is_in_its_way_is_told() {
    let place = Place::new();
    let server = place.serve();
    place.run(&["demo", "--url", &server.url]).ok();
    place.sql("UPDATE devices SET revoked_at = now()");
    place.run(&["demo", "--url", &server.url]).fails("DEVICE_REVOKED");
    fs::remove_file(place.path("data/demo.key")).unwrap();
    place.run(&["demo", "--url", &server.url]).fails("the account demo has another password");
    assert_eq!(place.sql("SELECT count(*) FROM users"), "1");
}

#[test]
fn without_a_server_it_says_so_at_once() {
    let place = Place::new();
    place.run(&["demo", "--url", "http://127.0.0.1:1"]).fails("nothing answers at http://127.0.0.1:1");
    let said = place.run(&["demo", "--url", "127.0.0.1:8080"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("it may be http://host:port"), "{said:?}");
    let said = place.run(&["demo", "--timezone", "Mars/Olympus"]);
    assert!(said.code == 2 && said.err.contains("Mars/Olympus"), "{said:?}");
}
