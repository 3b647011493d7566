//! Export: what comes out can be put in again, and is nothing but text.

use std::collections::BTreeSet;

use super::*;

fn export(person: &Caller<'_>, query: &str) -> Answer {
    let answer = person.get(&format!("/consumption/export?{query}"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer
}

/// What a household has: records with texts of all kinds, intervals, readings.
fn fill(person: &Caller<'_>) {
    let record = |description: &str, day: u32| {
        let mut record = electricity(&json!(day), &format!("2026-01-{day:02}"));
        record["description"] = json!(description);
        record
    };
    let texts = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(1)",
        "'=x",
        "a, \"b\"",
        "two\nlines",
        "é€ 日本",
        "",
        "x'y",
        "=cmd|'/c calc'!A0",
        "\u{feff}x",
        "'",
        ";",
        "\\",
        "<script>",
    ];
    let records: Vec<Value> = texts.iter().zip(1..).map(|(text, day)| record(text, day)).collect();
    add_all(person, &records);
    let intervals = "start,meter,gas m3\n2026-02-01 00:00,=cellar,1.123\n2026-02-01 01:00,=cellar,2\n2026-02-02 00:00,=cellar,2\n";
    import(person, "", intervals);
    let readings = "date,meter,reading,type,unit\n2026-03-01,tap,10,water,m3\n2026-03-09,tap,17.5,water,m3\n";
    import(person, "", readings);
}

#[test]
fn what_was_exported_changes_nothing_here_and_is_the_same_elsewhere() {
    let server = Server::start();
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    fill(&ada);
    let before = state(&ada);
    let file = export(&ada, "").body;
    let all = u64::try_from(file.split(|byte| *byte == b'\n').count()).unwrap();
    assert!(all > 25);
    let here = import(&ada, "", file.clone());
    assert_eq!((counts(&here)[0], &here["rejected_total"]), (0, &json!(0)));
    assert_eq!(state(&ada), before);

    let there = import(&bob, "", file.clone());
    assert_eq!(counts(&there), [counts(&here)[2], 0, 0, 0]);
    assert_eq!(
        bob.get("/consumption/analytics?group_by=day").ok(),
        ada.get("/consumption/analytics?group_by=day").ok()
    );
    let texts = |person: &Caller<'_>| -> BTreeSet<String> {
        let records = person.get("/consumption?limit=1000&consumption_type=electricity").ok();
        records["consumptions"].as_array().unwrap().iter().map(|one| one["description"].to_string()).collect()
    };
    assert_eq!(texts(&bob), texts(&ada));
    server.verify();
    // And from there once more: only what a meter's days are called is more than before.
    let again = String::from_utf8(export(&bob, "consumption_type=electricity").body).unwrap();
    assert_eq!(again, String::from_utf8(export(&ada, "consumption_type=electricity").body).unwrap());
}

#[test]
fn cells_are_no_formulas() {
    let server = Server::start();
    let ada = server.person("ada");
    fill(&ada);
    let answer = export(&ada, "format=csv");
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    let name = answer.header("content-disposition").to_owned();
    let today = chrono::Utc::now().date_naive();
    assert_eq!(name, format!("attachment; filename=\"consumption-{today}.csv\""));
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("cache-control"), "no-store");
    let mut rows = csv::Reader::from_reader(answer.body.as_slice());
    assert_eq!(
        rows.headers().unwrap(),
        vec![
            "consumption_type",
            "amount",
            "unit",
            "consumption_date",
            "description",
            "meter",
            "estimated",
            "id"
        ]
    );
    let mut meters = BTreeSet::new();
    for row in rows.records() {
        let row = row.unwrap();
        assert!(row.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])), "{row:?}");
        meters.insert((row[5].to_owned(), row[6].to_owned()));
    }
    let meter = |name: &str, estimated: &str| (name.to_owned(), estimated.to_owned());
    assert_eq!(
        meters,
        BTreeSet::from([meter("", "false"), meter("'=cellar", "false"), meter("tap", "true")])
    );
    assert!(answer.text().contains("electricity,1,kWh,2026-01-01,'=1+1,,false,"));
}

#[test]
fn json_is_what_is_listed() {
    let server = Server::start();
    let ada = server.person("ada");
    assert_eq!(export(&ada, "format=json").json(), json!({"consumptions": []}));
    assert_eq!(export(&ada, "").text().lines().count(), 1);
    fill(&ada);
    for filters in [
        "",
        "consumption_type=gas",
        "start_date=2026-01-05&end_date=2026-02-01",
        "sort=date",
        "sort=-amount&consumption_type=electricity",
    ] {
        let answer = export(&ada, &format!("format=json&{filters}"));
        assert_eq!(answer.header("content-type"), "application/json");
        assert!(answer.header("content-disposition").ends_with(".json\""));
        let listed = ada.get(&format!("/consumption?limit=1000&{filters}")).ok();
        assert_eq!(answer.json()["consumptions"], listed["consumptions"], "{filters}");
        let lines = export(&ada, filters);
        let rows = csv::Reader::from_reader(lines.body.as_slice()).into_records().count();
        assert_eq!(rows, listed["consumptions"].as_array().unwrap().len(), "{filters}");
    }
    for (query, field) in [
        ("format=xml", "format"),
        ("consumption_type=heat", "consumption_type"),
        ("start_date=2026-02-01&end_date=2026-01-01", "start_date"),
        ("sort=x", "sort"),
    ] {
        ada.get(&format!("/consumption/export?{query}")).names(field);
    }
    // Another account has its own.
    let bob = server.person("bob");
    assert_eq!(export(&bob, "format=json").json(), json!({"consumptions": []}));
}

#[test]
fn many_records_go_out_whole() {
    let server = Server::start();
    let ada = server.person("ada");
    let rows: String = (0..30_000)
        .map(|row| {
            format!(
                "{},{}.{:03}\n",
                chrono::NaiveDate::from_ymd_opt(1990, 1, 1).unwrap() + chrono::Days::new(row % 10_000),
                row,
                row % 1000
            )
        })
        .collect();
    let report = import(&ada, "", format!("date,gas kWh\n{rows}"));
    assert_eq!(counts(&report), [30_000, 0, 0, 0]);
    server.verify();
    let json = export(&ada, "format=json&sort=date").json();
    assert_eq!(json["consumptions"].as_array().unwrap().len(), 30_000);
    let compressed = ada.with("accept-encoding", "gzip").get("/consumption/export");
    assert_eq!((compressed.status, compressed.header("content-encoding")), (200, "gzip"));
    let mut plain = vec![];
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(compressed.body.as_slice()), &mut plain)
        .unwrap();
    assert_eq!(plain.iter().filter(|byte| **byte == b'\n').count(), 30_001);
    let head = ada.send(Method::HEAD, "/consumption/export", None);
    assert_eq!((head.status, head.body.len()), (200, 0));
}
