//! What the server's answers make an uploading program do. The server here is a script: it says what it is told to.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::harness::{Place, Said};

const REGISTERED: &str = r#"{"device_id":"0","name":"PC","access_token":"first","refresh_token":"again"}"#;
const RENEWED: &str = r#"{"access_token":"second","refresh_token":"more"}"#;
const RECEIPT: &str =
    r#"{"accepted":1,"updated":0,"duplicates":0,"rejected":[],"server_time":"2026-01-01T00:00:00Z"}"#;
const ERROR: &str = r#"{"detail":{"message":"Not now","error_code":"SOME_CODE","status_code":0}}"#;

/// A request: its path, its token and its body.
#[derive(Debug, PartialEq)]
struct Request {
    path: String,
    token: String,
    body: String,
    at: Instant,
}

/// Answers a registration, then as told; gives what the program said, and all that was asked of the server.
fn upload(answers: &[(u16, &str, &str)], arguments: &[&str]) -> (Said, Vec<Request>) {
    let place = Place::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let file = place.file("one.csv", "app,start,duration\na,2026-01-05T09:00:00Z,1\n");
    let (tell, told) = mpsc::channel();
    let mut script = vec![(201, String::new(), REGISTERED.to_owned())];
    script.extend(answers.iter().map(|(status, header, body)| (*status, (*header).into(), (*body).into())));
    thread::spawn(move || {
        for (status, header, body) in script {
            let (mut stream, _) = listener.accept().unwrap();
            tell.send(request(&mut BufReader::new(&stream))).unwrap();
            // A status of nothing is no answer.
            if status != 0 {
                let length = body.len();
                let head = format!(
                    "HTTP/1.1 {status} X\r\n{header}Connection: close\r\nContent-Length: {length}\r\n\r\n"
                );
                stream.write_all((head + &body).as_bytes()).unwrap();
            }
        }
    });
    let said = place.run(&[&["device", "--url", &url, &file], arguments].concat());
    (said, told.try_iter().skip(1).collect())
}

fn request(from: &mut impl BufRead) -> Request {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        from.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        lines.push(line.trim().to_owned());
    }
    let header = |name: &str| {
        let of = |line: &String| {
            Some(line.split_once(": ").filter(|(known, _)| known.eq_ignore_ascii_case(name))?.1.to_owned())
        };
        lines.iter().find_map(of).unwrap_or_default()
    };
    let mut body = vec![0; header("content-length").parse().unwrap_or_default()];
    from.read_exact(&mut body).unwrap();
    let path = lines[0].split(' ').nth(1).unwrap().to_owned();
    let token = header("authorization").trim_start_matches("Bearer ").to_owned();
    Request { path, token, body: String::from_utf8(body).unwrap(), at: Instant::now() }
}

#[test]
fn later_means_the_same_again() {
    let answers = [
        (503, "Retry-After: 1\r\n", ERROR),
        (0, "", ""),
        (429, "Retry-After: 2\r\n", ERROR),
        (200, "", RECEIPT),
    ];
    let (said, asked) = upload(&answers, &[]);
    assert_eq!(said.ok(), ["PC: 1 accepted, 0 updated, 0 duplicates, 0 rejected"]);
    assert_eq!(asked.len(), 4, "{said:?}");
    assert!(asked.iter().all(|one| one.path == "/api/usage/batch" && one.token == "first"));
    assert!(asked.iter().all(|one| one.body == asked[0].body && one.body.contains("\"sessions\"")));
    assert!(asked[1].at - asked[0].at >= Duration::from_secs(1));
    assert!(asked[3].at - asked[2].at >= Duration::from_secs(2));
}

#[test]
fn waiting_has_an_end() {
    let (said, asked) = upload(&[(503, "Retry-After: 3600\r\n", ERROR)], &["--patience", "10s"]);
    said.fails("given up");
    assert_eq!(asked.len(), 1);
    let (said, asked) = upload(&[(0, "", ""); 20], &["--patience", "2s"]);
    said.fails("nothing is lost");
    assert!((2..5).contains(&asked.len()), "{asked:?}");
}

#[test]
fn tokens_are_renewed_once() {
    let (said, asked) = upload(&[(401, "", ERROR), (200, "", RENEWED), (200, "", RECEIPT)], &[]);
    said.ok();
    let paths: Vec<_> = asked.iter().map(|one| (one.path.as_str(), one.token.as_str())).collect();
    assert_eq!(
        paths,
        [("/api/usage/batch", "first"), ("/api/devices/refresh", ""), ("/api/usage/batch", "second")]
    );
    assert!(asked[1].body.contains("\"again\""));
    assert_eq!(asked[2].body, asked[0].body);
    let (said, asked) = upload(&[(401, "", ERROR), (200, "", RENEWED), (401, "", ERROR)], &[]);
    said.fails("401: Not now (SOME_CODE)");
    assert_eq!(asked.len(), 3);
    let (said, asked) = upload(&[(401, "", ERROR), (401, "", ERROR)], &[]);
    said.fails("renewing the device's tokens");
    assert_eq!(asked.len(), 2);
}

#[test]
fn what_is_refused_is_never_sent_again() {
    for status in [400, 403, 413, 415, 422, 500] {
        let (said, asked) = upload(&[(status, "", ERROR), (200, "", RECEIPT)], &[]);
        said.fails(&format!("the server answers {status}: Not now (SOME_CODE)"));
        assert_eq!(asked.len(), 1, "{status}");
    }
}

#[test]
fn who_is_no_almanac_is_told_apart() {
    let (said, _) = upload(&[(200, "", "<html>")], &[]);
    said.fails("this is not the answer of an Almanac");
    let (said, asked) = upload(&[(308, "Location: https://example.org/\r\n", "")], &[]);
    said.fails("the server answers 308 and points to https://example.org/");
    assert_eq!(asked.len(), 1);
}
