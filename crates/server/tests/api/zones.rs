//! Nothing depends on the time zone of the process or of the database: everything else again, in others.

use std::process::Command;

/// Where this is set, it is the second time.
const AGAIN: &str = "ALMANAC_TEST_AGAIN";

fn everything_in(zone: &str) {
    if std::env::var_os(AGAIN).is_some() {
        return;
    }
    let again = Command::new(std::env::current_exe().unwrap())
        .args(["--quiet", "devices", "usage", "stats", "figures", "bad_input", "walls"])
        .env("TZ", zone)
        .env(AGAIN, "1")
        .output()
        .unwrap();
    assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stdout));
}

#[test]
fn half_an_hour_ahead() {
    everything_in("Asia/Kolkata");
}

#[test]
fn half_an_hour_behind_with_summer_time() {
    everything_in("America/St_Johns");
}
