//! Paths: slashes, methods, prefixes.

use super::*;

#[test]
fn slashes_make_no_difference_and_no_way_round() {
    let server = Server::start();
    let phone = server.device("Phone");
    for path in
        ["/devices", "/devices/", "//api/devices", "//api//v1///devices//", "/%64evices", "//api/v1/devices?"]
    {
        phone.get(path).ok();
        server.nobody().get(path).fails(401, "TOKEN_MISSING");
    }
    for path in [
        "//api/v1/./devices",
        "//api/v1/x/../devices",
        "//api/v1/%2e/devices",
        "//api/v1/devices%00",
        "//api/v1/devices;x",
        "//api/v1%2fdevices",
    ] {
        for (caller, name) in [(server.nobody(), "nobody"), ((*phone).clone(), "phone")] {
            let target = path.trim_start_matches('/');
            let mut request = format!("GET /{target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
            for (header, value) in &caller.headers {
                request += &format!("{header}: {value}\r\n");
            }
            let answer = talk(&server, &format!("{request}\r\n"));
            assert!(
                answer.starts_with("HTTP/1.1 404") || answer.starts_with("HTTP/1.1 400"),
                "{name} {path}: {answer}"
            );
        }
    }
}

#[test]
fn head_is_get_without_a_body() {
    let server = Server::start();
    let phone = server.device("Phone");
    let (head, get) = (phone.send(Method::HEAD, "/devices", None), phone.get("/devices"));
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), get.body.len().to_string());
}

#[test]
fn another_base_path() {
    let server = Server::with(|settings| settings.base_path = "/record/api/v1".into());
    let phone = server.nobody();
    phone.get("//record/api/v1/health").ok();
    phone.get("//api/health").ok();
    phone.get("//record/api/v1/devices/").fails(401, "TOKEN_MISSING");
    phone.get("//api/v1/devices").fails(404, "ROUTE_NOT_FOUND");
    assert_eq!(phone.get("//openapi.json").ok()["servers"][0]["url"], "/record/api/v1");
}
