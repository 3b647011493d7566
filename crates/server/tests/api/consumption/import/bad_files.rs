//! Files that are none: each is refused, or costs its lines; none is a fault of ours.

use super::*;

fn refused(answer: Answer, status: u16, code: &str) {
    match status {
        422 => {
            let detail = answer.fails(422, "VALIDATION_ERROR");
            assert_eq!(
                (&detail["fields"][0]["field"], &detail["fields"][0]["code"]),
                (&json!("body"), &json!(code))
            );
        }
        _ => drop(answer.fails(status, code)),
    }
}

#[test]
fn what_is_no_file_of_ours() {
    let server = Server::start();
    let ada = server.person("ada");
    let noise: Vec<u8> =
        (0..200_000_u32).map(|n| u8::try_from(n.wrapping_mul(2_654_435_761) >> 24).unwrap()).collect();
    let without_nul: Vec<u8> = noise.iter().map(|byte| (*byte).max(1)).collect();
    let utf16: Vec<u8> = FILE.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (file, code) in [
        (vec![], "HEADER_UNKNOWN"),
        (noise, "FILE_NOT_TEXT"),
        (without_nul, "HEADER_UNKNOWN"),
        (utf16, "FILE_NOT_TEXT"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), "FILE_NOT_TEXT"),
        (b"\n\r\n\n".to_vec(), "HEADER_UNKNOWN"),
        (b"{\"consumptions\":[]}".to_vec(), "HEADER_UNKNOWN"),
        (b"2026-01-01,1\n2026-01-02,2\n".to_vec(), "HEADER_UNKNOWN"),
        (b"date,amount,value\n2026-01-01,1,1\n".to_vec(), "HEADER_UNKNOWN"),
        (b"\"date,amount\n2026-01-01,1\n".to_vec(), "HEADER_UNKNOWN"),
        (vec![b'x'; 20 << 20], "HEADER_UNKNOWN"),
        (vec![b','; 1_000_000], "HEADER_UNKNOWN"),
        (vec![b'"'; 1_000_000], "HEADER_UNKNOWN"),
        (
            "date,gas kWh\n".to_owned().into_bytes().into_iter().chain(b"a\",\"\n".repeat(100_000)).collect(),
            "FILE_NOT_CSV",
        ),
    ] {
        refused(send(&ada, "", file), 422, code);
    }
    assert_eq!(ada.get("/consumption/imports").ok()["total"], 0);
    assert_eq!(ada.get("/consumption").ok()["total"], 0);
}

#[test]
fn what_comes_in_another_way() {
    let server = Server::start();
    let ada = server.person("ada");
    let path = "/consumption/import";
    for kind in ["application/json", "text/plain", "multipart/form-data; boundary=x", "", "text/csvx"] {
        refused(ada.with("content-type", kind).raw(Method::POST, path, FILE), 415, "UNSUPPORTED_MEDIA_TYPE");
    }
    refused(ada.raw(Method::POST, path, FILE), 415, "UNSUPPORTED_MEDIA_TYPE");
    for kind in ["text/csv; charset=utf-8", "Application/CSV", " text/csv "] {
        ada.with("content-type", kind).raw(Method::POST, path, FILE).ok();
    }
    let csv = ada.with("content-type", "text/csv");
    for encoding in ["br", "deflate", "gzip, gzip", "x"] {
        let answer = csv.with("content-encoding", encoding).raw(Method::POST, path, FILE);
        refused(answer, 415, "UNSUPPORTED_MEDIA_TYPE");
    }
    let zipped = csv.with("content-encoding", "gzip");
    let file = gzip(FILE.as_bytes());
    zipped.raw(Method::POST, path, file.clone()).ok();
    zipped.raw(Method::POST, path, [file.clone(), file.clone()].concat()).ok();
    for broken in [FILE.as_bytes().to_vec(), file[..file.len() / 2].to_vec(), [file, b"x".to_vec()].concat()]
    {
        refused(zipped.raw(Method::POST, path, broken), 400, "MALFORMED_REQUEST");
    }
    // Half a GiB and a bit, in half a MB.
    let bomb = gzip(&vec![b'\n'; 64 << 20]);
    assert!(bomb.len() * 9 < 4 << 20);
    refused(zipped.raw(Method::POST, path, bomb.repeat(9)), 413, "PAYLOAD_TOO_LARGE");
    // A device has no household.
    let phone = ada.device("Phone", "android");
    phone.with("content-type", "text/csv").raw(Method::POST, path, FILE).fails(403, "WRONG_TOKEN_KIND");
}

#[test]
fn lines_that_are_none_cost_themselves() {
    let server = Server::start();
    let ada = server.person("ada");
    let rows = |count: u32| -> String {
        (0..count).map(|row| format!("2026-01-{:02},{row},note\n", row % 28 + 1)).collect()
    };
    // The beginning is all right.
    let mut file = format!("date,gas kWh,note\n{}", rows(4000)).into_bytes();
    assert!(file.len() > 64 * 1024);
    let mut bad: Vec<(u64, &str)> = vec![];
    let mut line = 4002;
    let wide = vec![b','; 1_000_000];
    let long = vec![b'x'; 1_000_000];
    for (text, code) in [
        (wide.as_slice(), "TOO_MANY_CELLS"),
        (&long, "ROW_TOO_LONG"),
        (b"2026-01-01,1,a\0b", "TEXT_INVALID"),
        (b"2026-01-01,1\0,", "NUMBER_INVALID"),
        (b"2026-01-01,1,x,y", "TOO_MANY_CELLS"),
        (b"\xff\xfe,1,", "DATE_INVALID"),
        (b"2026-01-01,1e9999999999,", "NUMBER_INVALID"),
        (b"99999999-01-01,1,", "DATE_INVALID"),
        (b"2026-01-01,NaN,", "NUMBER_INVALID"),
        (b"2126-01-01,1,", "DATE_IN_FUTURE"),
        (b"2026-01-01,1,\"an open quote", "ROW_TOO_LONG"),
    ] {
        file.extend_from_slice(text);
        file.push(b'\n');
        bad.push((line, code));
        line += 1;
    }
    file.extend(rows(5000).into_bytes());
    file.extend_from_slice(b"2026-01-01,1,\"another\n2026-01-29,2,");
    bad.push((line + 5000, "QUOTE_OPEN"));
    let report = import(&ada, "", file);
    let told: Vec<(u64, &str)> = report["rejected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["line"].as_u64().unwrap(), row["error_code"].as_str().unwrap()))
        .collect();
    assert_eq!(told, bad);
    // 4000 rows, 1000 more that were not among them, and the last.
    assert_eq!(counts(&report), [5001, 0, 4000, 12]);
    server.verify();
}

#[test]
fn many_bad_rows_are_counted_and_the_first_told() {
    let server = Server::start();
    let ada = server.person("ada");
    let file: String =
        (0..30_000).map(|row| format!("2026-01-01,{}\n", if row % 10 == 0 { "1" } else { "x" })).collect();
    let report = import(&ada, "", format!("date,gas kWh\n{file}"));
    assert_eq!(counts(&report), [1, 0, 2999, 27_000]);
    let rejected = report["rejected"].as_array().unwrap();
    assert_eq!(
        (rejected.len(), &rejected[0]["line"], &rejected[999]["line"]),
        (1000, &json!(3), &json!(1113))
    );
    // Nothing but bad rows is no import.
    let none = import(&ada, "", "date,gas kWh\n2026-01-01,x\n");
    assert_eq!((&none["import_id"], counts(&none)), (&Value::Null, [0, 0, 0, 1]));
}

#[test]
fn texts_of_all_kinds_are_texts() {
    let server = Server::start();
    let ada = server.person("ada");
    let texts: Vec<String> = serde_json::from_slice(
        &std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/naughty-strings/blns.json")).unwrap(),
    )
    .unwrap();
    let mut file = String::from("date,gas kWh,note\n");
    for (row, text) in texts.iter().enumerate() {
        file += &format!("2026-01-01,{row},\"{}\"\n", text.replace('"', "\"\""));
    }
    let report = import(&ada, "", file);
    assert!(report["rejected_total"].as_u64().unwrap() < 5, "{}", report["rejected"]);
    let header: String =
        texts.iter().map(|text| format!(",\"{}\"", text.replace('"', "\"\"").replace('\0', ""))).collect();
    let answer = send(&ada, "dry_run=true", format!("date,gas kWh{header}\n2026-01-01,1\n"));
    assert!([200, 422].contains(&answer.status), "{}", answer.text());
}
