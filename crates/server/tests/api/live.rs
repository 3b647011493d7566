//! Looking on: what happens to an account is told to those who may see it, and to nobody else.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use self::stream::{MOMENT, SOON, Stream};
use crate::harness::{Caller, PASSWORD, Person, Server};

mod stream;
mod told;

/// An event of a browser, another for each number.
fn visit(number: u32) -> Value {
    let ts = 1_767_225_600_000_i64 + i64::from(number);
    json!({"events": [{"_id": format!("visit {number}"), "type": "NAVIGATION", "ts": ts}]})
}

/// A session, another for each number.
fn session(number: u32) -> Value {
    let (hour, minute) = (number / 60 % 24, number % 60);
    json!([{
        "app": format!("App {number}"),
        "started_at": format!("2026-01-01T{hour:02}:{minute:02}:00Z"),
        "ended_at": format!("2026-01-01T{hour:02}:{minute:02}:30Z"),
    }])
}

fn metric(server: &Server, name: &str) -> f64 {
    let text = server.nobody().bearer(crate::harness::METRICS_TOKEN).get("/metrics").text();
    let line = text.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap_or_default();
    line.rsplit(' ').next().unwrap().parse().unwrap_or_else(|_| panic!("{name}: {text}"))
}

fn becomes(mut what: impl FnMut() -> bool) {
    let until = Instant::now() + SOON;
    while !what() {
        assert!(Instant::now() < until, "it does not");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Two servers on one database.
fn pair() -> [Server; 2] {
    let here = Server::start();
    let there = Server::on(&here.database, |_| {});
    [here, there]
}

/// The same person at the other server.
fn at<'a>(server: &'a Server, person: &Person<'_>) -> Caller<'a> {
    server.nobody().bearer(&person.access)
}

fn sign_in<'a>(server: &'a Server, username: &str) -> Person<'a> {
    let credentials = json!({"username": username, "password": PASSWORD});
    Person::new(server, server.nobody().post("/auth/login", &credentials).ok())
}

#[test]
fn it_is_a_stream_of_events_that_nothing_holds_back() {
    let server = Server::start();
    let ada = server.person("ada");
    // Who asks for the head alone is not kept.
    let head = ada.send(Method::HEAD, "/live", None);
    assert_eq!((head.status, head.header("content-type")), (200, "text/event-stream"));
    assert_eq!(metric(&server, "almanac_live_readers"), 0.0);

    let stream = Stream::begin(&ada);
    assert_eq!(stream.lines.recv_timeout(SOON).unwrap(), "retry: 2000");
    stream.tells("hello", &ada.id);
    assert_eq!(metric(&server, "almanac_live_readers"), 1.0);

    let answer = ada.with("accept-encoding", "gzip, br").get("/live");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "text/event-stream");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("x-accel-buffering"), "no");
    assert_eq!(answer.header("content-encoding"), "identity");
    assert_eq!(answer.header("transfer-encoding"), "chunked");

    server.nobody().get("/live").fails(401, "TOKEN_MISSING");
    server.nobody().bearer("nonsense").get("/live").fails(401, "TOKEN_INVALID");
    ada.post("/live", &json!({})).fails(405, "METHOD_NOT_ALLOWED");
}

#[test]
fn much_of_the_same_comes_once_in_a_moment() {
    let server = Server::start();
    let phone = server.device("Phone");
    let stream = Stream::open(&phone.owner);
    let began = Instant::now();
    for number in 0..200 {
        phone.upload(&session(number));
    }
    let moments = u32::try_from(began.elapsed().as_millis() / 200).unwrap() + 2;
    let mut told = 0;
    while stream.within(MOMENT).unwrap().is_some() {
        told += 1;
    }
    assert!((2..=moments).contains(&told), "{told} of 200 in {moments} moments");
}

#[test]
fn servers_on_one_database_tell_each_other() {
    let [here, there] = pair();
    let ada = here.person("ada");
    let phone = ada.device("Phone", "android");
    let bob = here.person("bob");
    let (far, near) = (Stream::open(&at(&there, &ada)), Stream::open(&ada));
    let of_bob = Stream::open(&at(&there, &bob));
    let began = Instant::now();
    phone.upload(&session(1));
    far.tells("usage.synced", &phone.id);
    println!("{:?} to the other server", began.elapsed());
    near.tells("usage.synced", &phone.id);
    // What is said to others is not heard again at home.
    near.is_silent();
    far.is_silent();
    of_bob.is_silent();
    for _ in 0..3 {
        at(&there, &ada).patch("/users/me", &json!({"name": "Ada"})).ok();
        near.tells("account.updated", &ada.id);
        far.tells("account.updated", &ada.id);
    }
}

#[test]
fn what_is_taken_back_ends_it_at_once_on_all_servers() {
    let [here, there] = pair();
    let ada = here.person("ada");
    let phone = ada.device("Phone", "android");
    let stays = Stream::open(&at(&there, &ada));

    // (who looks on, what ends it)
    let place = sign_in(&here, "ada");
    let streams = [Stream::open(&place), Stream::open(&at(&there, &place))];
    place.post("/auth/logout", &json!({"refresh_token": place.refresh})).is(204);
    streams.iter().for_each(Stream::ends);

    let place = sign_in(&here, "ada");
    let streams = [Stream::open(&place), Stream::open(&at(&there, &place))];
    let places = ada.get("/users/me/sessions").ok();
    for other in places["sessions"].as_array().unwrap().iter().filter(|one| one["current"] == false) {
        ada.delete(&format!("/users/me/sessions/{}", other["id"].as_str().unwrap())).is(204);
    }
    streams.iter().for_each(Stream::ends);

    let streams = [Stream::open(&phone), Stream::open(&there.nobody().bearer(&phone.access))];
    ada.post("/devices/revoke", &json!({"device_id": phone.id})).is(204);
    streams.iter().for_each(Stream::ends);

    let tablet = ada.device("Tablet", "ios");
    let streams = [Stream::open(&tablet), Stream::open(&there.nobody().bearer(&tablet.access))];
    ada.delete(&format!("/devices/{}", tablet.id)).is(204);
    streams.iter().for_each(Stream::ends);

    let place = sign_in(&here, "ada");
    let streams = [Stream::open(&place), Stream::open(&at(&there, &place))];
    let passwords = json!({"current_password": PASSWORD, "new_password": "another horse battery"});
    ada.patch("/users/me/password", &passwords).is(204);
    streams.iter().for_each(Stream::ends);

    // Nobody else was sent away: it is told of a thing still.
    ada.patch("/users/me", &json!({"name": "Ada"})).ok();
    while stays.next() != ("account.updated".to_owned(), ada.id.clone()) {}

    let admin = here.person("root");
    here.sql("UPDATE users SET role = 'admin' WHERE username = 'root'");
    let bob = here.person("bob");
    let of_bob = bob.device("Phone", "android");
    let streams = [Stream::open(&bob), Stream::open(&there.nobody().bearer(&of_bob.access))];
    admin.patch(&format!("/admin/users/{}", bob.id), &json!({"is_active": false})).ok();
    streams.iter().for_each(Stream::ends);

    let eve = here.person("eve");
    let streams = [Stream::open(&eve), Stream::open(&at(&there, &eve))];
    admin.delete(&format!("/admin/users/{}", eve.id)).is(204);
    streams.iter().for_each(Stream::ends);

    let gone = [Stream::open(&ada), stays];
    let deleted = json!({"password": "another horse battery"});
    ada.send(Method::DELETE, "/users/me", Some(&deleted)).is(204);
    gone.iter().for_each(Stream::ends);
    ada.get("/live").fails(401, "TOKEN_REVOKED");
}

#[test]
fn it_ends_with_the_token() {
    let server = Server::start();
    let ada = server.person("ada");
    let claims = {
        use base64::Engine;
        let part = ada.access.split('.').nth(1).unwrap();
        base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).unwrap()
    };
    let mut claims: Value = serde_json::from_slice(&claims).unwrap();
    claims["exp"] = json!(chrono::Utc::now().timestamp() + 3);
    let key = jsonwebtoken::EncodingKey::from_secret(crate::harness::SECRET.as_bytes());
    let short = jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key).unwrap();
    let began = Instant::now();
    let stream = Stream::open(&server.nobody().bearer(&short));
    stream.ends();
    let lasted = began.elapsed();
    assert!(lasted > Duration::from_millis(1500) && lasted < Duration::from_millis(4500), "{lasted:?}");
}

#[test]
fn when_the_connection_to_the_database_breaks_all_are_greeted_again() {
    let [here, there] = pair();
    let ada = here.person("ada");
    let phone = ada.device("Phone", "android");
    let far = Stream::open(&at(&there, &ada));
    phone.upload(&session(1));
    far.tells("usage.synced", &phone.id);
    here.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    far.tells("hello", &ada.id);
    becomes(|| phone.post("/usage/batch", &json!({"sessions": session(2)})).status == 200);
    far.tells("usage.synced", &phone.id);
}

#[test]
fn the_server_stops_in_time_and_streams_end() {
    let server = Server::start();
    let ada = server.person("ada");
    let streams: Vec<Stream> = (0..20).map(|_| Stream::open(&ada)).collect();
    drop(ada);
    let began = Instant::now();
    drop(server);
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    streams.iter().for_each(Stream::ends);
}

#[test]
fn the_oldest_of_too_many_ends() {
    let server = Server::start();
    let ada = server.person("ada");
    let streams: Vec<Stream> = (0..32).map(|_| Stream::open(&ada)).collect();
    let newest = Stream::open(&ada);
    streams[0].ends();
    assert_eq!(metric(&server, "almanac_live_dropped_total"), 1.0);
    let phone = ada.device("Phone", "android");
    for stream in streams.iter().skip(1).chain([&newest]) {
        stream.tells("account.updated", &phone.id);
    }
}

#[test]
fn who_does_not_read_is_dropped_and_nobody_waits_for_them() {
    let server = Server::start();
    let ada = server.person("ada");
    let reads = Stream::open(&ada);
    // As little as may be lies between: what is not read piles up in the server.
    let deaf = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    deaf.set_tcp_mss(536).unwrap();
    deaf.set_recv_buffer_size(1).unwrap();
    deaf.connect(&server.address.into()).unwrap();
    let request = format!(
        "GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\r\n",
        ada.access
    );
    deaf.send(request.as_bytes()).unwrap();
    becomes(|| metric(&server, "almanac_live_readers") == 2.0);

    // As another server would tell it: much, and each time of something else.
    let sql = format!(
        "DO $$ BEGIN FOR turn IN 1..200 LOOP \
           PERFORM pg_notify('almanac_live', '01 ' || string_agg( \
             '{}/session.updated/' || gen_random_uuid() || '/1800000000000000', ' ')) FROM generate_series(1, 50); \
           COMMIT; PERFORM pg_sleep(0.055); \
         END LOOP; END $$",
        ada.id
    );
    std::thread::scope(|scope| {
        scope.spawn(|| server.sql(&sql));
        let (mut heard, began) = (0, Instant::now());
        while metric(&server, "almanac_live_dropped_total") == 0.0 {
            assert!(began.elapsed() < Duration::from_secs(60), "nobody was dropped");
            while reads.within(Duration::from_millis(20)).expect("who reads is kept").is_some() {
                heard += 1;
            }
        }
        println!("dropped after {:?}, when the other had heard {heard}", began.elapsed());
        assert!(heard > 500, "{heard}");
    });
    while reads.within(MOMENT).expect("who reads is kept").is_some() {}
    let phone = ada.device("Phone", "android");
    reads.tells("account.updated", &phone.id);
    assert_eq!(metric(&server, "almanac_live_dropped_total"), 1.0);
    drop(deaf);
}
