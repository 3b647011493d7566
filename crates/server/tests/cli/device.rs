//! `almanac device`.

use std::fmt::Write;
use std::fs;
use std::process::Stdio;

use crate::harness::{Place, Said, Server, text};

const GOOD: &str = "app,start,end\r\n\
    Editor,2026-01-05T09:00:00+01:00,2026-01-05T10:00:00+01:00\r\n\
    Browser,2026-01-05 10:00:00,2026-01-05 10:30:00\r\n";

fn device(place: &Place, server: &Server, arguments: &[&str]) -> Said {
    place.run(&[&["device", "--url", &server.url], arguments].concat())
}

#[test]
fn a_file_is_uploaded_once() {
    let place = Place::new();
    let server = place.serve();
    let file = place.file("good.csv", format!("\u{feff}{GOOD}"));
    let said = device(
        &place,
        &server,
        &["--name", "Laptop", "--platform", "macos", "--timezone", "Asia/Kolkata", &file],
    );
    assert_eq!(said.ok(), ["Laptop: 2 accepted, 0 updated, 0 duplicates, 0 rejected"]);
    // The name is the first time's.
    let said = device(&place, &server, &[&file]);
    assert_eq!(said.ok(), ["Laptop: 0 accepted, 0 updated, 2 duplicates, 0 rejected"]);
    let longer = place.file("longer.csv", GOOD.replace("10:30:00", "10:45:00"));
    let said = device(&place, &server, &[&longer]);
    assert_eq!(said.ok(), ["Laptop: 0 accepted, 1 updated, 1 duplicates, 0 rejected"]);

    assert_eq!(place.sql("SELECT name, platform FROM devices"), "Laptop|macos");
    let ends = "SELECT app, kind, ended_at AT TIME ZONE 'UTC' FROM usage ORDER BY started_at";
    assert_eq!(place.sql(ends), "Editor|app|2026-01-05 09:00:00\nBrowser|app|2026-01-05 10:45:00");
    let keys: Vec<_> =
        fs::read_dir(place.path("data")).unwrap().map(|file| file.unwrap().file_name()).collect();
    let keys: Vec<_> =
        keys.iter().filter_map(|name| name.to_str()).filter(|name| name.starts_with("device-")).collect();
    assert_eq!(keys.len(), 1, "{keys:?}");
    assert_eq!(place.mode(&format!("data/{}", keys[0])), 0o600);
    let key = fs::read_to_string(place.path("data").join(keys[0])).unwrap();
    assert_eq!(server.get(key.trim(), "/stats/today")["timezone"], "Asia/Kolkata");

    // Another server knows nothing of it.
    let other = place.serve();
    device(&place, &other, &[&file]).ok();
    assert_eq!(place.sql("SELECT count(*) FROM users"), "2");
}

#[test]
fn refused_rows_are_told_with_their_lines() {
    let place = Place::new();
    let server = place.serve();
    let mut csv = String::from("app,start,end,duration,kind,title\n");
    for (line, row) in [
        (2, "a,2026-01-05T09:00:00Z,2026-01-05T10:00:00Z,,,\n"),
        (3, "a,2026-01-05T10:00:00Z,2026-01-05T09:00:00Z,,,\n"),
        (4, ",2026-01-05T09:00:00Z,2026-01-05T10:00:00Z,,,\n"),
        (5, "a,2026-01-05T09:00:00Z\n"),
        (6, "\n\"two\nlines\",yesterday,2026-01-05T10:00:00Z,,,\n"),
        (9, "b,2026-01-05T09:00:00Z,2026-01-05T10:00:00Z,60,,\n"),
        (10, "c,2026-01-05T09:00:00Z,,90,website,\"=HYPERLINK(\"\"x\"\")\"\n"),
        (11, "d,1999-01-05T09:00:00Z,1999-01-05T10:00:00Z,,,\n"),
        (12, "e,2026-01-05T09:00:00Z,2026-01-05T10:00:00Z,,neither,\n"),
    ] {
        assert_eq!(csv.lines().count() + 1, line, "the test counts wrong");
        csv.push_str(row);
    }
    // Beyond the first batch.
    for minute in 0..2000 {
        writeln!(csv, "f,2026-02-01T00:00:00.{minute:04}Z,2026-02-01T00:00:01.{minute:04}Z,,,").unwrap();
    }
    csv.push_str("g,2999-01-01T00:00:00Z,2999-01-01T00:00:01Z,,,\n");
    let file = place.file("bad.csv", csv);
    let said = device(&place, &server, &["--name", "PC", &file]);
    let lines = said.fails("8 rows were refused");
    let mut told: Vec<_> = lines.iter().filter_map(|line| line.strip_prefix(&format!("{file}:"))).collect();
    told.sort_by_key(|line| line.split(':').next().unwrap().parse::<u64>().unwrap());
    for (told, (line, why)) in told.iter().zip([
        (3, "(ENDS_BEFORE_START)"),
        (4, "(APP_MISSING)"),
        (5, "has 2 fields, and the header 6"),
        (7, "(TIME_INVALID)"),
        (9, "(DURATION_MISMATCH)"),
        (11, "(TOO_OLD)"),
        (12, "(ROW_INVALID)"),
        (2013, "(IN_THE_FUTURE)"),
    ]) {
        assert!(told.starts_with(&format!("{line}: ")) && told.ends_with(why), "{told}, not {line} {why}");
    }
    assert_eq!(told.len(), 8, "{told:#?}");
    // Of 2,000 rows a tenth of a millisecond apart, ten share each millisecond.
    assert_eq!(lines.last().unwrap(), &"PC: 202 accepted, 0 updated, 1,800 duplicates, 8 rejected");
    assert_eq!(place.sql("SELECT count(*) FROM usage"), "202");
    assert_eq!(
        place.sql("SELECT kind, title, ended_at - started_at FROM usage WHERE app = 'c'"),
        "website|=HYPERLINK(\"x\")|00:01:30"
    );
}

#[test]
fn a_file_that_is_none_changes_nothing() {
    let place = Place::new();
    let server = place.serve();
    device(&place, &server, &["nowhere.csv"]).fails("nowhere.csv: No such file");
    assert_eq!(place.sql("SELECT count(*) FROM devices"), "0");
    for (content, why) in [
        (
            "name,begin,end\na,b,c\n",
            "line 1: there is no column app, app_name or package; the header has name, begin, end",
        ),
        ("app,start\na,b\n", "there is no column end, ended_at or end_time, or a duration"),
        ("", "the file is empty"),
        ("{\"sessions\": 5}", "expected an array of sessions"),
        ("[{\"app\": \"a\",", "line 1"),
    ] {
        let file = place.file("file", content);
        device(&place, &server, &[&file]).fails(why);
    }
    assert_eq!(place.sql("SELECT count(*) FROM usage"), "0");
    let said = device(&place, &server, &[]);
    assert!(said.code == 2 && said.err.contains("<FILE>"), "{said:?}");
}

#[test]
fn json_in_three_shapes_and_from_the_standard_input() {
    let place = Place::new();
    let server = place.serve();
    let row =
        |app: &str| format!(r#"{{"app":"{app}","started_at":"2026-01-05T09:00:00Z","duration_ms":1500}}"#);
    let [a, b, c, d] = ["a", "b", "c", "d"].map(row);
    for content in [format!("{{\"sessions\":[{a}]}}"), format!("[\n{a},{b}\n]"), format!("{a}\n{b}\n{c}\n")] {
        let file = place.file("file.json", content);
        device(&place, &server, &["--kind", "website", &file]).ok();
    }
    let said =
        place.run_with_input(&["device", "--url", &server.url, "-"], &format!("{d}\n{{\"app\":5}}\n[1]\n"));
    let lines = said.fails("2 rows were refused");
    assert!(lines.iter().any(|line| line.starts_with("-:2: ")), "{lines:?}");
    assert!(lines.iter().any(|line| line.starts_with("-:3: is no JSON object")), "{lines:?}");
    let all = "SELECT app, kind, ended_at - started_at FROM usage ORDER BY app";
    let wanted = ["a|website", "b|website", "c|website", "d|app"].map(|row| format!("{row}|00:00:01.5"));
    assert_eq!(place.sql(all), wanted.join("\n"));
}

#[test]
fn rows_before_a_broken_place_are_kept() {
    let place = Place::new();
    let server = place.serve();
    let file = place.file("file.csv", format!("{GOOD}\"never closed,{}", "x,y\n".repeat(300_000)));
    let said = device(&place, &server, &["--name", "PC", &file]);
    let lines = said.fails("line 4: a row of over 1 MiB: is there a quote that is not closed?");
    assert_eq!(lines, ["PC: 2 accepted, 0 updated, 0 duplicates, 0 rejected"]);
}

#[test]
fn a_huge_file_needs_no_more_memory() {
    let place = Place::new();
    let server = place.serve();
    let peak = |rows: usize| {
        let mut csv = String::from("app,started_at,duration_seconds,title,device\n");
        let (title, rest) = ("t".repeat(1000), "x".repeat(1000));
        for row in 0..rows {
            let (hour, minute) = (row / 60 % 24, row % 60);
            writeln!(csv, "a{},2026-01-05T{hour:02}:{minute:02}:00Z,30,{title},{rest}", row / 1440).unwrap();
        }
        let megabytes = csv.len() >> 20;
        let file = place.file("huge.csv", csv);
        let mut command = place.almanac(&["device", "--url", &server.url, "--name", "PC", &file]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let status = format!("/proc/{}/status", child.id());
        let mut peak = 0;
        while child.try_wait().unwrap().is_none() {
            let status = fs::read_to_string(&status).unwrap_or_default();
            let line = status.lines().find(|line| line.starts_with("VmHWM:"));
            if let Some(kilobytes) = line.and_then(|line| line.split_whitespace().nth(1)) {
                peak = kilobytes.parse::<usize>().unwrap();
            }
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let said = Said::of(child.wait_with_output().unwrap());
        assert_eq!(said.code, 0, "{said:?}");
        assert!(said.out.contains(" 0 rejected"), "{said:?}");
        (peak >> 10, megabytes)
    };
    let ((small, _), (large, megabytes)) = (peak(4000), peak(32_000));
    println!("{small} MiB for a small file, {large} MiB for {megabytes} MiB");
    assert!(megabytes > 60 && large < small + 16, "{small} MiB, then {large} MiB for {megabytes} MiB");
    assert_eq!(place.sql("SELECT count(*) FROM usage"), "32000");
}

#[test]
fn a_device_that_was_cut_off_is_told() {
    let place = Place::new();
    let server = place.serve();
    let file = place.file("good.csv", GOOD);
    device(&place, &server, &[&file]).ok();
    place.sql("UPDATE devices SET revoked_at = now()");
    device(&place, &server, &[&file]).fails("DEVICE_REVOKED");
    device(&place, &server, &["--name", &"x".repeat(101), text(&place.path("good.csv"))])
        .fails("name has more than 100");
}

#[test]
fn a_machine_without_certificates_can_do_without_tls() {
    let place = Place::new();
    let server = place.serve();
    let upload = |url: &str| {
        let file = place.file("good.csv", GOOD);
        let mut command = place.almanac(&["device", "--url", url, &file]);
        command.env("SSL_CERT_FILE", "/nowhere").env("SSL_CERT_DIR", "/nowhere");
        Said::of(command.output().unwrap())
    };
    upload(&server.url).ok();
    upload("https://127.0.0.1:1").fails("cannot prepare for TLS");
}
