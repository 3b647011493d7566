//! `almanac db verify`.

use crate::harness::Place;

#[test]
fn a_planted_difference_is_found() {
    let place = Place::new();
    {
        let server = place.serve();
        place.run(&["demo", "--url", &server.url]).ok();
    }
    let said = place.run(&["db", "verify"]);
    let said = said.ok().concat();
    assert!(said.starts_with("accounts 1, ") && !said.contains("sessions 0"), "{said}");
    assert!(said.ends_with("differences 0"), "{said}");
    for (plant, told) in [
        (
            "UPDATE usage_days SET duration_ms = duration_ms + 1 WHERE day = (SELECT min(day) FROM usage_days)",
            "the day is not what",
        ),
        (
            "UPDATE usage_days SET apps = '' WHERE day = (SELECT max(day) - 2 FROM usage_days)",
            "the day is not what",
        ),
        ("DELETE FROM usage_days WHERE day = (SELECT max(day) - 3 FROM usage_days)", "the day is missing"),
        ("DELETE FROM usage WHERE started_at = (SELECT max(started_at) FROM usage)", "is not what"),
        (
            "INSERT INTO events (user_id, occurred_at, event_id, device_id, sequence, v, event_type) \
             SELECT user_id, now(), user_id, user_id, 0, 1, 'IDLE' FROM users",
            "events of no device",
        ),
    ] {
        let before = place.run(&["db", "verify"]).out.lines().count();
        place.sql(plant);
        let said = place.run(&["db", "verify"]);
        let lines = said.fails("what is derived is not what it is derived from");
        assert!(lines.len() > before && lines.iter().any(|line| line.contains(told)), "{plant}: {lines:?}");
    }
}

#[test]
fn where_nothing_is_nothing_is_made() {
    let place = Place::private();
    for command in [&["db", "verify"][..], &["db", "backup", "file"]] {
        place.run(command).fails("there is no database in");
    }
    assert!(!place.path("data").exists() && !place.path("file").exists());
}
