//! Servers to test, and who asks them.
//!
//! `Server::start()` gives a server with an empty database; `server.person("ada")` somebody signed in,
//! `server.device("Phone")` a device of somebody of its own, `server.guest("Phone")` one of nobody's. Their `get`, `post`
//! and so on give an [`Answer`]; `answer.ok()` and `answer.fails(404, "DEVICE_NOT_FOUND")` say what was expected of it.

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use chrono::TimeDelta;
use cluster::Cluster;
use http_api::{Api, Serving, Settings, Stopper};
use reqwest::Method;
use reqwest::blocking::{Client, Response};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use service::insights::providers::Setup;

/// The key that tokens are signed with.
pub const SECRET: &str = "h3YvN0s4bq1uFzLrXw7cTgKd9mJ2eR5aVx8PiQoU6tA";
/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";
/// What `/metrics` asks for.
pub const METRICS_TOKEN: &str = "metrics-token-of-the-tests";

/// The one cluster of the run. It ends with the process, and so does what is on the disk.
pub static CLUSTER: LazyLock<Cluster> = LazyLock::new(|| {
    let dir = tempfile::Builder::new().prefix("api-").tempdir_in("/tmp").unwrap().keep();
    std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o755)).unwrap();
    // Nothing runs at the end of a process; but its end of a pipe is closed.
    let mut swept = Command::new("sh");
    let swept = swept.args(["-c", "cat; sleep 2; rm -rf \"$0\""]).arg(&dir).stdin(Stdio::piped()).spawn();
    std::mem::forget(swept.unwrap().stdin.take());
    let cluster = Cluster::start(&cluster::Settings::new(dir.join("data"))).unwrap();
    if let Ok(zone) = std::env::var("TZ") {
        psql(&cluster, "almanac", &format!("ALTER SYSTEM SET timezone = '{zone}'"));
        psql(&cluster, "almanac", "SELECT pg_reload_conf()");
    }
    service::migrations::migrate(&cluster.url("almanac")).unwrap();
    cluster
});

/// What a statement gives, as psql writes it.
fn psql(cluster: &Cluster, database: &str, sql: &str) -> String {
    let mut psql = cluster.tool("psql").unwrap();
    let done = psql.args(["-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql]).output().unwrap();
    assert!(done.status.success(), "{sql}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap().trim().to_owned()
}

/// A statement where no test's database is.
pub fn psql_elsewhere(sql: &str) -> String {
    psql(&CLUSTER, "postgres", sql)
}

/// A running server.
pub struct Server {
    pub address: SocketAddr,
    pub database: String,
    client: Client,
    stopper: Option<Stopper>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// A server with a database of its own.
    pub fn start() -> Server {
        Server::with(|_| {})
    }

    /// The same, set up otherwise.
    pub fn with(change: impl FnOnce(&mut Settings)) -> Server {
        Server::on(&Server::new_database(), change)
    }

    /// A server whose insights others may write.
    pub fn with_insights(insights: Setup) -> Server {
        Server::start_on(&Server::new_database(), |_| {}, insights)
    }

    fn new_database() -> String {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let database = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        psql(&CLUSTER, "postgres", &format!("CREATE DATABASE {database} TEMPLATE almanac"));
        database
    }

    /// A server on a database that is there.
    pub fn on(database: &str, change: impl FnOnce(&mut Settings)) -> Server {
        Server::start_on(database, change, Setup::default())
    }

    fn start_on(database: &str, change: impl FnOnce(&mut Settings), insights: Setup) -> Server {
        let mut settings = Settings {
            base_path: "/api/v1".into(),
            allowed_hosts: vec!["127.0.0.1".into(), "localhost".into()],
            allowed_origins: vec![],
            trusted_proxies: vec![],
            rate_limit: None,
            register_rate_limit: None,
            places: 4,
            metrics_token: Some(METRICS_TOKEN.into()),
            files: std::env::temp_dir(),
            web: None,
        };
        change(&mut settings);
        let url = CLUSTER.url(database);
        let (tell, told) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let app = service::App::open(
                &url,
                &service::Settings {
                    pool_size: 6,
                    secret: SECRET.into(),
                    lives: service::Lives {
                        access: TimeDelta::minutes(15),
                        refresh: TimeDelta::days(7),
                        device_access: TimeDelta::hours(24),
                        device_refresh: TimeDelta::days(30),
                    },
                    bcrypt_cost: 4,
                    blocklist: domain::passwords::Blocklist::Common,
                    ingest_writers: 2,
                    insights,
                },
            );
            let api = Api::new(app.unwrap(), settings);
            actix_web::rt::System::new().block_on(async {
                let Serving { addresses, server, stopper } =
                    http_api::serve(api, "127.0.0.1:0", 1, None, None).unwrap();
                tell.send((addresses[0], stopper)).unwrap();
                server.await.unwrap();
            });
        });
        let (address, stopper) = told.recv().unwrap();
        let client = Client::builder().timeout(Duration::from_secs(40)).build().unwrap();
        Server { address, database: database.into(), client, stopper: Some(stopper), thread: Some(thread) }
    }

    /// What a statement gives, past all walls.
    pub fn sql(&self, sql: &str) -> String {
        psql(&CLUSTER, &self.database, sql)
    }

    /// What is derived equals what it is derived from.
    pub fn verify(&self) {
        let report = service::verify::run(&CLUSTER.url(&self.database)).unwrap();
        assert_eq!(report.differences, [""; 0]);
    }

    /// Somebody without credentials.
    pub fn nobody(&self) -> Caller<'_> {
        Caller { server: self, headers: vec![] }
    }

    /// Somebody signed in, in UTC.
    pub fn person(&self, username: &str) -> Person<'_> {
        self.person_in(username, "UTC")
    }

    /// Somebody signed in, in a time zone.
    pub fn person_in(&self, username: &str, timezone: &str) -> Person<'_> {
        let new = json!({"username": username, "email": format!("{username}@example.org"), "password": PASSWORD, "timezone": timezone});
        Person::new(self, self.nobody().post("/auth/register", &new).is(201))
    }

    /// A device of somebody of its own, in UTC.
    pub fn device(&self, name: &str) -> Device<'_> {
        self.device_in(name, "UTC")
    }

    /// A device of somebody of its own, in a time zone.
    pub fn device_in(&self, name: &str, timezone: &str) -> Device<'_> {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let username = format!("somebody{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        self.person_in(&username, timezone).device(name, "android")
    }

    /// A device that registered with nobody's help.
    pub fn guest(&self, name: &str) -> Device<'_> {
        let new = json!({"name": name, "platform": "android"});
        Device::new(self.nobody(), self.nobody().post("/devices/register", &new).is(201))
    }

    /// The address of something below the API's base path, or, with two slashes, of anything.
    pub fn url(&self, path: &str) -> String {
        match path.strip_prefix('/') {
            Some(root) if root.starts_with('/') => format!("http://{}{root}", self.address),
            _ => format!("http://{}/api/v1{path}", self.address),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let (stopper, thread) = (self.stopper.take().unwrap(), self.thread.take().unwrap());
        actix_web::rt::System::new().block_on(stopper.stop());
        if !std::thread::panicking() {
            thread.join().unwrap();
        }
    }
}

/// Who asks, with these headers.
#[derive(Clone)]
pub struct Caller<'a> {
    pub server: &'a Server,
    pub headers: Vec<(String, String)>,
}

impl<'a> Caller<'a> {
    /// The same with another header.
    pub fn with(&self, name: &str, value: &str) -> Caller<'a> {
        let mut caller = self.clone();
        caller.headers.retain(|(known, _)| known != name);
        caller.headers.push((name.into(), value.into()));
        caller
    }

    /// The same with a token.
    pub fn bearer(&self, token: &str) -> Caller<'a> {
        self.with("authorization", &format!("Bearer {token}"))
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None)
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, Some(body))
    }

    pub fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PATCH, path, Some(body))
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None)
    }

    pub fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        match body {
            Some(body) => self.with("content-type", "application/json").raw(method, path, body.to_string()),
            None => self.raw(method, path, Vec::new()),
        }
    }

    /// With a body that is not made from JSON.
    pub fn raw(&self, method: Method, path: &str, body: impl Into<Vec<u8>>) -> Answer {
        let mut request = self.server.client.request(method, self.server.url(path));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let body = body.into();
        if !body.is_empty() {
            request = request.body(body);
        }
        Answer::new(request.send().unwrap())
    }
}

/// Somebody signed in.
pub struct Person<'a> {
    pub id: String,
    pub username: String,
    pub access: String,
    pub refresh: String,
    caller: Caller<'a>,
}

impl<'a> Person<'a> {
    /// From the answer to signing in.
    pub fn new(server: &'a Server, answer: Value) -> Person<'a> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let access = text(&answer["access_token"]);
        let caller = server.nobody().bearer(&access);
        Person {
            id: text(&answer["user"]["id"]),
            username: text(&answer["user"]["username"]),
            refresh: text(&answer["refresh_token"]),
            access,
            caller,
        }
    }

    /// A device of theirs.
    pub fn device(&self, name: &str, platform: &str) -> Device<'a> {
        let new = json!({"name": name, "platform": platform});
        Device::new(self.caller.clone(), self.post("/devices/register", &new).is(201))
    }
}

impl<'a> std::ops::Deref for Person<'a> {
    type Target = Caller<'a>;
    fn deref(&self) -> &Caller<'a> {
        &self.caller
    }
}

/// A device with its tokens.
pub struct Device<'a> {
    pub id: String,
    pub key: String,
    pub access: String,
    pub refresh: String,
    /// Whose it is, signed in; nobody for a guest's.
    pub owner: Caller<'a>,
    caller: Caller<'a>,
}

impl<'a> Device<'a> {
    /// From the answer to its registration.
    pub fn new(owner: Caller<'a>, answer: Value) -> Device<'a> {
        let text = |name: &str| answer[name].as_str().unwrap().to_owned();
        let access = text("access_token");
        let caller = owner.server.nobody().bearer(&access);
        Device {
            owner,
            id: text("device_id"),
            key: text("device_key"),
            refresh: text("refresh_token"),
            access,
            caller,
        }
    }

    /// Another device of the same person.
    pub fn another(&self, name: &str) -> Device<'a> {
        let new = json!({"name": name, "platform": "windows"});
        Device::new(self.owner.clone(), self.owner.post("/devices/register", &new).is(201))
    }

    /// Sends sessions; gives the receipt.
    pub fn upload(&self, sessions: &Value) -> Value {
        self.post("/usage/batch", &json!({"sessions": sessions})).ok()
    }
}

impl<'a> std::ops::Deref for Device<'a> {
    type Target = Caller<'a>;
    fn deref(&self) -> &Caller<'a> {
        &self.caller
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    fn new(response: Response) -> Answer {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        // Of a stream without an end there is the head alone.
        let endless = headers.get("content-type").is_some_and(|kind| kind == "text/event-stream");
        let body = if endless { Vec::new() } else { response.bytes().unwrap().to_vec() };
        Answer { status, headers, body }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("no JSON: {} {}", self.status, self.text()))
    }

    /// The body of an answer with this status.
    #[track_caller]
    pub fn is(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    #[track_caller]
    pub fn ok(self) -> Value {
        self.is(200)
    }

    /// An error in the format of all errors; gives its detail.
    #[track_caller]
    pub fn fails(self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/json");
        let body = self.json();
        let detail = &body["detail"];
        assert_eq!(detail["error_code"], code, "{body}");
        assert_eq!(detail["status_code"], status);
        assert_eq!(detail["request_id"], self.header("x-request-id"));
        assert!(!detail["message"].as_str().unwrap().is_empty());
        assert!(detail["timestamp"].as_str().unwrap().ends_with('Z'));
        assert_eq!(detail.get("fields").is_some(), status == 422, "{body}");
        if status == 401 {
            assert_eq!(self.header("www-authenticate"), "Bearer");
        }
        if matches!(status, 429 | 503) {
            assert!(self.header("retry-after").parse::<u32>().unwrap() > 0);
        }
        detail.clone()
    }

    /// A 422 that names this field.
    #[track_caller]
    pub fn names(self, field: &str) {
        let detail = self.fails(422, "VALIDATION_ERROR");
        let fields: Vec<_> =
            detail["fields"].as_array().unwrap().iter().map(|one| one["field"].clone()).collect();
        assert!(fields.contains(&json!(field)), "{fields:?} does not name {field}");
    }
}
