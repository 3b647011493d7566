//! Errors, bodies and their limits.

use super::*;

#[test]
fn unknown_paths_and_methods() {
    let server = Server::start();
    let (nobody, phone) = (server.nobody(), server.device("Phone"));
    for path in
        ["/nothing", "//nothing", "//api/v2/devices", "/devices/1/2/3", "//API/V1/devices", "/Devices"]
    {
        phone.get(path).fails(404, "ROUTE_NOT_FOUND");
    }
    for (method, path, allow) in [
        (Method::PUT, "/devices", "GET, HEAD"),
        (Method::POST, "/devices/0/", "PATCH, DELETE"),
        (Method::GET, "/devices/register", "PATCH, DELETE, POST"),
        (Method::DELETE, "/stats/today", "GET, HEAD"),
        (Method::POST, "//health", "GET, HEAD"),
        (Method::OPTIONS, "/users/me", "GET, PATCH, HEAD"),
    ] {
        let answer = nobody.send(method.clone(), path, None);
        let allowed: std::collections::HashSet<String> =
            answer.header("allow").split(", ").map(Into::into).collect();
        answer.fails(405, "METHOD_NOT_ALLOWED");
        for method in allow.split(", ").filter(|_| path != "/devices/register") {
            assert!(allowed.contains(method), "{path}: {allowed:?}");
        }
    }
}

#[test]
fn bodies_that_are_none() {
    let server = Server::start();
    let device = server.device("Phone");
    let ada = &device.owner;
    let json = ada.with("content-type", "application/json; charset=utf-8");
    for path in ["/users/me", &format!("/devices/{}", device.id)] {
        json.raw(Method::PATCH, path, "{").fails(400, "MALFORMED_REQUEST");
        json.raw(Method::PATCH, path, "").fails(400, "MALFORMED_REQUEST");
        ada.raw(Method::PATCH, path, "{}").fails(415, "UNSUPPORTED_MEDIA_TYPE");
        ada.with("content-type", "text/json")
            .raw(Method::PATCH, path, "{}")
            .fails(415, "UNSUPPORTED_MEDIA_TYPE");
        json.with("content-encoding", "br")
            .raw(Method::PATCH, path, "{}")
            .fails(415, "UNSUPPORTED_MEDIA_TYPE");
        json.with("content-encoding", "gzip").raw(Method::PATCH, path, "{}").fails(400, "MALFORMED_REQUEST");
        json.raw(Method::PATCH, path, vec![b' '; (64 << 10) + 1]).fails(413, "PAYLOAD_TOO_LARGE");
        json.raw(Method::PATCH, path, "[]").fails(422, "VALIDATION_ERROR");
    }
}

#[test]
fn the_limit_is_exact_and_counts_inflated_bytes() {
    let server = Server::start();
    let phone = server.device("Phone").with("content-type", "application/json");
    let body = |size: usize| {
        let mut body = json!({"sessions": []}).to_string().into_bytes();
        body.resize(size, b' ');
        body
    };
    let gzip = |bytes: &[u8]| {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(bytes).unwrap();
        gzip.finish().unwrap()
    };
    phone.raw(Method::POST, "/usage/batch", body(8 << 20)).ok();
    phone.raw(Method::POST, "/usage/batch", body((8 << 20) + 1)).fails(413, "PAYLOAD_TOO_LARGE");
    let phone = phone.with("content-encoding", "gzip");
    phone.raw(Method::POST, "/usage/batch", gzip(&body(8 << 20))).ok();
    phone.raw(Method::POST, "/usage/batch", gzip(&body((8 << 20) + 1))).fails(413, "PAYLOAD_TOO_LARGE");
    phone.raw(Method::POST, "/usage/batch", gzip(&vec![0; 200 << 20])).fails(413, "PAYLOAD_TOO_LARGE");
}

#[test]
fn too_many_rows() {
    let server = Server::start();
    let phone = server.device("Phone");
    let row = json!({"app": ""});
    phone.post("/usage/batch", &json!({"sessions": vec![&row; 10_001]})).fails(413, "TOO_MANY_SESSIONS");
    let receipt = phone.post("/usage/batch", &json!({"sessions": vec![&row; 10_000]})).ok();
    assert_eq!(receipt["rejected"].as_array().unwrap().len(), 10_000);
}

#[test]
fn a_wrong_length_ends_the_connection_and_nothing_hangs() {
    let server = Server::start();
    let phone = server.device("Phone");
    let head = format!(
        "POST /api/v1/usage/batch HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n",
        phone.access
    );
    let answer =
        talk(&server, &format!("{head}Content-Length: 5\r\nConnection: close\r\n\r\n{{\"sessions\":[]}}"));
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    for (wrong, status) in [
        ("Content-Length: x\r\n", "400"),
        ("Content-Length: 5\r\nContent-Length: 6\r\n", "400"),
        ("Transfer-Encoding: nonsense\r\n", "400"),
    ] {
        let answer = talk(&server, &format!("{head}{wrong}\r\n{{}}"));
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{wrong}: {answer}");
    }
    // A chunked body without a length is counted as it comes.
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    let answer =
        talk(&server, &format!("{head}Transfer-Encoding: chunked\r\n\r\n{}0\r\n\r\n", chunk.repeat(129)));
    assert!(answer.starts_with("HTTP/1.1 413"), "{}", &answer[..answer.len().min(200)]);
}

#[test]
fn a_head_that_trickles_is_cut_off() {
    let server = Server::start();
    let began = Instant::now();
    let answer = talk(&server, "GET /api/v1/devices HTTP/1.1\r\nHost: loc");
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!((9..14).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
}

#[test]
fn a_body_that_trickles_is_cut_off() {
    let server = Server::start();
    let ada = server.person("ada");
    let mut stream = TcpStream::connect(server.address).unwrap();
    write!(stream, "PATCH /api/v1/users/me HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n", ada.access).unwrap();
    let began = Instant::now();
    let mut answer = [0; 12];
    stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    while stream.read(&mut answer).is_err() {
        assert!(began.elapsed() < Duration::from_secs(40));
        stream.write_all(b" ").unwrap();
    }
    assert_eq!(&answer, b"HTTP/1.1 408");
    assert!(began.elapsed() > Duration::from_secs(28), "{:?}", began.elapsed());
}
