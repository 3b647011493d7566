use super::*;

/// Rows as text: the line, and the session or why it is none.
fn rows(file: &[u8]) -> Vec<String> {
    try_rows(file).unwrap()
}

fn try_rows(file: &[u8]) -> anyhow::Result<Vec<String>> {
    let mut rows = Vec::new();
    read(file, "app", &mut |row: Row| {
        let text = match row.session {
            Ok(session) => Value::Object(session).to_string(),
            Err(why) => why,
        };
        rows.push(format!("{} {text}", row.line));
        Ok(())
    })?;
    Ok(rows)
}

fn fails(file: &[u8], why: &str) {
    let said = format!("{:#}", try_rows(file).unwrap_err());
    assert!(said.contains(why), "{said}");
}

const ONE: &str =
    r#"{"app":"a","ended_at":"2026-01-01T11:00:00Z","kind":"app","started_at":"2026-01-01T10:00:00Z"}"#;

#[test]
fn columns_by_any_of_their_names() {
    for header in ["app,start,end", "App Name,Started-At,ENDED_AT", " package , start_time , end_time "] {
        let file = format!("{header}\na,2026-01-01T10:00:00Z,2026-01-01T11:00:00Z\n");
        assert_eq!(rows(file.as_bytes()), [format!("2 {ONE}")]);
    }
    let file =
        "\u{feff}\"end\",\"x\",\"start\",\"app\"\r\n2026-01-01T11:00:00Z,,2026-01-01T10:00:00Z,\"a\"\r\n";
    assert_eq!(rows(file.as_bytes()), [format!("2 {ONE}")]);
}

#[test]
fn an_end_may_be_a_duration() {
    for (name, value) in [("duration", "3600"), ("duration_seconds", "3600.0"), ("Duration ms", "3600000")] {
        let file = format!("app,start,{name}\na,2026-01-01 10:00:00,{value}\n");
        let row = rows(file.as_bytes()).remove(0);
        assert!(row.contains(r#""ended_at":"2026-01-01T11:00:00.000Z""#), "{row}");
        assert!(row.contains(r#""duration_seconds":3600.0"#), "{row}");
    }
    // The server says what is wrong with these.
    for value in ["long", "NaN", "1e300", "-5", ""] {
        let row = rows(format!("app,start,duration\na,2026-01-01T10:00:00Z,{value}\n").as_bytes()).remove(0);
        assert!(!row.contains("ended_at"), "{row}");
    }
}

#[test]
fn cells_are_quoted_as_they_need() {
    let file = "app,start,end,title,kind\n\"a, \"\"b\"\"\",s,e,\" two\r\nlines \",website\nc,s,e,,\n";
    assert_eq!(
        rows(file.as_bytes()),
        [
            r#"2 {"app":"a, \"b\"","ended_at":"e","kind":"website","started_at":"s","title":" two\r\nlines "}"#,
            r#"4 {"app":"c","ended_at":"e","kind":"app","started_at":"s"}"#,
        ]
    );
}

#[test]
fn every_row_knows_its_line() {
    for end in ["\n", "\r\n"] {
        let lines = ["", "app,start,end", "a,s,e", "", "", "\"b", "b\",s,e", "c,s", "d,s,e,f", "", "e,s,e"];
        let numbers: Vec<_> = rows(lines.join(end).as_bytes())
            .iter()
            .map(|row| row.split(' ').next().unwrap().to_owned())
            .collect();
        assert_eq!(numbers, ["3", "6", "8", "9", "11"], "{end:?}");
    }
    let many = format!("app,start,end\r\n{}", "a,s,e\r\n".repeat(50_000));
    assert!(rows(many.as_bytes()).iter().zip(2..).all(|(row, line)| row.starts_with(&format!("{line} "))));
}

#[test]
fn a_bad_row_of_csv_costs_itself() {
    assert_eq!(
        rows(b"app,start,end\na,s\n\xff,s,e\n")[..],
        ["2 has 2 fields, and the header 3", "3 is not UTF-8"]
    );
}

#[test]
fn a_header_without_what_is_needed_is_told() {
    fails(b"name,start,end\na,s,e\n", "no column app, app_name or package; the header has name, start, end");
    fails(b"app,begin,end\na,s,e\n", "no column start");
    fails(b"app,start\na,s\n", "no column end, ended_at or end_time, or a duration");
    fails(b"app,start,end,package\n", "\"package\" says again");
    fails(b"", "is empty");
    fails(b"\xef\xbb\xbf \n\n", "is empty");
}

#[test]
fn a_quote_that_nobody_closes_ends_it() {
    let file = format!("app,start,end\na,s,e\n\"b,s,e\n{}", "c,s,e\n".repeat(400_000));
    fails(file.as_bytes(), "line 3: a row of over 1 MiB");
}

#[test]
fn json_in_three_shapes() {
    let [a, b] = ["a", "b"].map(|app| format!(r#"{{"app_name":"{app}","start":"s","end":null,"x":[1]}}"#));
    let wanted = |lines: [u64; 2]| {
        ["a", "b"]
            .iter()
            .zip(lines)
            .map(|(app, line)| format!(r#"{line} {{"app":"{app}","kind":"app","started_at":"s"}}"#))
            .collect::<Vec<_>>()
    };
    for (file, lines) in [
        (format!("[{a},{b}]"), [1, 1]),
        (format!("\u{feff}\n[\n{a}\n,\n\n{b}\n]\n"), [3, 6]),
        (format!("{{\"meta\":{{\"n\":2}},\r\n\"sessions\":[\r\n{a},\r\n{b}],\"end\":\n0}}"), [3, 4]),
        (format!("{{\"logs\":[{a}]}}\n{{\"usage\":[{b}]}}"), [1, 2]),
        (format!("{a}\n\n{b}\n"), [1, 3]),
        (format!("  {a} {b}"), [1, 1]),
    ] {
        assert_eq!(rows(file.as_bytes()), wanted(lines), "{file}");
    }
    assert!(rows(b"[]").is_empty());
    assert!(rows(br#"{"sessions":[]}"#).is_empty());
}

#[test]
fn a_bad_row_of_json_costs_itself() {
    let file = br#"[{"app":"a"},5,{"app":"\ud800"},{"app":1e999},{"app":"b"}]"#;
    let told = "1 is no JSON object, or holds a text or a number that is none";
    let row = |app: &str| format!(r#"1 {{"app":"{app}","kind":"app"}}"#);
    assert_eq!(rows(file), [&row("a"), told, told, told, &row("b")]);
    assert_eq!(rows(b"{\"app\":\"\\ud800\"}\n{\"app\":\"b\"}")[0], told);
}

#[test]
fn broken_json_is_told_with_its_place() {
    fails(b"{\"app\":\"a\"}\n{\"app\":", "line 2");
    fails(br#"[{"app":"a"}"#, "EOF while parsing a list at line 1");
    fails(br#"{"sessions":5}"#, "an array of sessions");
    fails(format!("[{{\"app\":\"{}\"}}]", "a".repeat(3 << 20)).as_bytes(), "a row of over 1 MiB");
}

#[test]
fn who_takes_no_more_is_given_no_more() {
    for file in ["app,start,end\na,s,e\nb,s,e\n", "[{},{}]"] {
        let mut taken = 0;
        let ended = read(file.as_bytes(), "app", &mut |_| {
            taken += 1;
            bail!("enough")
        });
        assert_eq!((taken, ended.unwrap_err().to_string()), (1, "enough".into()));
    }
}
