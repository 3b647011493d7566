//! What completing a focus session costs beside a transaction of one row, and how long leaderboards and totals take with
//! few people and with many.

use std::net::TcpStream;
use std::time::Instant;

use anyhow::{Context, Result};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use domain::focus::{FocusSessionPatch, NewFocusSession};
use domain::ids::UserId;
use domain::leaderboard::{Board, LeaderboardFilter, Period};
use domain::valid::Valid;
use service::{Actor, App, focus, leaderboard};
use uuid::Uuid;

use crate::fleet::{self, write_head};
use crate::load::{self, Script};
use crate::machine;
use crate::stand::{Beside, Stand};
use crate::stats::{settings, wait_for_quiet};
use crate::summary::{Spread, quantile};

/// What is measured of completing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The yardstick: BEGIN, an INSERT of one row, COMMIT.
    OneRow,
    /// `service::focus::update` as a call in this process.
    Complete,
    /// `POST /sessions`
    HttpStart,
    /// `PATCH /sessions/{id}` with `completed`.
    HttpComplete,
}

/// All of them, in the order of the report.
pub const STEPS: [Step; 4] = [Step::OneRow, Step::Complete, Step::HttpStart, Step::HttpComplete];

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// `GET /leaderboard/xp`
    Xp,
    /// `GET /leaderboard/focus-time?period=week&limit=100`
    Week,
    /// `GET /stats/me`
    Me,
    /// `GET /stats/summary`
    Summary,
}

/// All of them.
pub const QUESTIONS: [Question; 4] = [Question::Xp, Question::Week, Question::Me, Question::Summary];

impl Question {
    /// Its path, below the API's base.
    pub fn path(self) -> &'static str {
        match self {
            Question::Xp => "/leaderboard/xp",
            Question::Week => "/leaderboard/focus-time?period=week&limit=100",
            Question::Me => "/stats/me",
            Question::Summary => "/stats/summary",
        }
    }
}

/// By which way it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Over HTTP, on one connection, by one person in the middle of the board.
    Http,
    /// As a call in this process, by many people.
    Direct,
}

/// Both.
pub const WAYS: [Way; 2] = [Way::Http, Way::Direct];

/// Milliseconds, a number a round.
#[derive(Default)]
pub struct Latency {
    pub p50: Vec<f64>,
    pub p99: Vec<f64>,
}

impl Latency {
    /// Adds a round.
    pub fn take(&mut self, latencies: &mut [f64]) {
        self.p50.push(quantile(latencies, 0.5));
        self.p99.push(quantile(latencies, 0.99));
    }

    /// Median and spread of the rounds' medians.
    pub fn p50(&self) -> Spread {
        Spread::of(self.p50.iter().copied())
    }

    /// Median and spread of the rounds' 99th percentiles.
    pub fn p99(&self) -> Spread {
        Spread::of(self.p99.iter().copied())
    }
}

/// All that was measured.
pub struct Focus {
    /// People on the boards.
    pub sizes: Vec<usize>,
    steps: Vec<(Step, Latency)>,
    asked: Vec<(usize, Question, Way, Latency)>,
}

impl Focus {
    /// What was measured of a step.
    pub fn step(&self, step: Step) -> Option<&Latency> {
        self.steps.iter().find(|one| one.0 == step).map(|one| &one.1)
    }

    /// What was measured with so many people.
    pub fn find(&self, size: usize, question: Question, way: Way) -> Option<&Latency> {
        let found = self.asked.iter().find(|one| (one.0, one.1, one.2) == (size, question, way));
        found.map(|one| &one.3)
    }
}

/// A server on a database of its own, with so many people.
struct Crowd {
    size: usize,
    app: App,
    people: Vec<Actor>,
    token: String,
    beside: Beside,
}

/// Completes sessions, and asks for boards of each size, in turns, `rounds` times.
///
/// # Errors
/// When a request fails.
pub fn run(stand: &Stand, rounds: usize, sizes: &[usize], requests: usize) -> Result<Focus> {
    let mut crowds = Vec::new();
    for size in sizes {
        crowds.push(gather(stand, *size, requests)?);
    }
    wait_for_quiet(stand)?;
    let mut measured = Focus {
        sizes: sizes.to_vec(),
        steps: STEPS.map(|step| (step, Latency::default())).into(),
        asked: Vec::new(),
    };
    for crowd in &crowds {
        for question in QUESTIONS {
            for way in WAYS {
                measured.asked.push((crowd.size, question, way, Latency::default()));
            }
        }
    }
    let first = crowds.first().context("no size")?;
    let mut completing = Completing::new(first)?;
    // The first round only warms up.
    for round in 0..=rounds {
        let mut steps = completing.run(requests)?;
        if round > 0 {
            for ((_, latency), found) in measured.steps.iter_mut().zip(&mut steps) {
                latency.take(found);
            }
        }
        // What is compared is asked right after another: all sizes of one question.
        for question in QUESTIONS {
            for way in WAYS {
                for crowd in &crowds {
                    let mut found = ask(crowd, question, way, requests)?;
                    let mut asked = measured.asked.iter_mut();
                    let this = asked.find(|one| (one.0, one.1, one.2) == (crowd.size, question, way));
                    if let Some((.., latency)) = this.filter(|_| round > 0) {
                        latency.take(&mut found);
                    }
                }
            }
        }
    }
    let show = crate::summary::ms;
    for (step, found) in &measured.steps {
        eprintln!("{step:?}: p50 {} ms, p99 {} ms", found.p50().show(show), found.p99().show(show));
    }
    for (size, question, way, found) in &measured.asked {
        let (p50, p99) = (found.p50().show(show), found.p99().show(show));
        eprintln!("{size:>9} people: {question:?} {way:?}: p50 {p50} ms, p99 {p99} ms");
    }
    Ok(measured)
}

fn ask(crowd: &Crowd, question: Question, way: Way, requests: usize) -> Result<Vec<f64>> {
    if way == Way::Http {
        let mut script = Script::default();
        let who = format!("Authorization: Bearer {}\r\n", crowd.token);
        let path = format!("/api/v1{}", question.path());
        script.add(|out| write_head("GET", &path, crowd.beside.address, &who, 0, out));
        (1..requests).for_each(|_| script.repeat());
        return Ok(load::run(crowd.beside.address, &[script])?.latencies);
    }
    let filter = |limit, period| checked(LeaderboardFilter { limit, period });
    let (all, week) = (filter(None, Period::All)?, filter(Some(100), Period::Week)?);
    let mut latencies = Vec::with_capacity(requests);
    for actor in crowd.people.iter().take(requests) {
        crate::stop::check()?;
        let began = Instant::now();
        let cx = &mut crowd.app.context()?;
        match question {
            Question::Xp => drop(leaderboard::show(cx, actor, Board::Xp, &all)?),
            Question::Week => drop(leaderboard::show(cx, actor, Board::FocusTime, &week)?),
            Question::Me => {
                focus::me(cx, actor)?;
            }
            Question::Summary => {
                leaderboard::summary(cx, actor)?;
            }
        }
        latencies.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(latencies)
}

fn checked<T: validator::Validate>(input: T) -> Result<Valid<T>> {
    Valid::check(input).map_err(|fields| anyhow::anyhow!("{fields:?}"))
}

/// One person who completes sessions, and the connections by which.
struct Completing<'a> {
    crowd: &'a Crowd,
    bare: PgConnection,
    http: TcpStream,
    head: String,
    actor: Actor,
}

diesel::table! {
    bench_rows (user_id, id) {
        user_id -> Uuid,
        id -> Uuid,
        at -> Timestamptz,
    }
}

impl<'a> Completing<'a> {
    fn new(crowd: &'a Crowd) -> Result<Completing<'a>> {
        let mut bare = PgConnection::establish(&crowd.beside.url)?;
        bare.batch_execute(
            "CREATE TABLE bench_rows (user_id uuid, id uuid, at timestamptz NOT NULL, PRIMARY KEY (user_id, id))",
        )?;
        let http = TcpStream::connect(crowd.beside.address)?;
        http.set_nodelay(true)?;
        let token = fleet::sign_up(crowd.beside.address, "completing@example.org")?;
        let actor = service::tokens::verify(&crowd.app, &token)?;
        bare.batch_execute(&HISTORY.replace("{user}", &actor.user.to_string()))?;
        Ok(Completing { crowd, bare, http, head: format!("Authorization: Bearer {token}\r\n"), actor })
    }

    fn send(&mut self, method: &str, path: &str, body: &str) -> Result<(Vec<u8>, f64)> {
        let mut request = Vec::new();
        write_head(method, path, self.crowd.beside.address, &self.head, body.len(), &mut request);
        request.extend_from_slice(body.as_bytes());
        let began = Instant::now();
        let answer = load::exchange(&mut self.http, &request)?;
        Ok((answer, began.elapsed().as_secs_f64() * 1000.0))
    }

    /// Milliseconds of each of [`STEPS`], one right after another so often.
    #[allow(clippy::disallowed_methods, reason = "the yardstick's own transaction")]
    fn run(&mut self, times: usize) -> Result<[Vec<f64>; 4]> {
        #[derive(serde::Deserialize)]
        struct Started {
            id: Uuid,
        }
        let (mut one_row, mut complete, mut starts, mut completes) = (vec![], vec![], vec![], vec![]);
        let user = self.actor.user.0;
        for time in 0..times {
            crate::stop::check()?;
            if time % 4 == 0 {
                // Another day: nobody completes hundreds of sessions in a minute, all within eight hours.
                self.bare.batch_execute(&format!(
                    "DELETE FROM focus_sessions WHERE user_id = '{user}' AND started_at > now() - interval '20 hours'; \
                     DELETE FROM focus_days WHERE user_id = '{user}' AND date > current_date - 1"
                ))?;
            }
            let (id, now) = (Uuid::now_v7(), machine::now());
            let began = Instant::now();
            self.bare.transaction(|conn| {
                let row = (bench_rows::user_id.eq(user), bench_rows::id.eq(id), bench_rows::at.eq(now));
                diesel::insert_into(bench_rows::table).values(row).execute(conn)
            })?;
            one_row.push(began.elapsed().as_secs_f64() * 1000.0);

            let new = checked(NewFocusSession { duration_min: Some(25), ..NewFocusSession::default() })?;
            let session = focus::start(&mut self.crowd.app.context()?, &self.actor, new)?;
            let patch = checked(FocusSessionPatch { completed: Some(true), ..FocusSessionPatch::default() })?;
            let began = Instant::now();
            focus::update(&mut self.crowd.app.context()?, &self.actor, session.id, patch)?;
            complete.push(began.elapsed().as_secs_f64() * 1000.0);

            let (answer, took) = self.send("POST", "/api/v1/sessions", r#"{"duration_min":25}"#)?;
            starts.push(took);
            let Started { id } = serde_json::from_slice(&answer)?;
            let (_, took) = self.send("PATCH", &format!("/api/v1/sessions/{id}"), r#"{"completed":true}"#)?;
            completes.push(took);
        }
        Ok([one_row, complete, starts, completes])
    }
}

/// Three years of eight sessions a day, up to the day before yesterday.
const HISTORY: &str = "
INSERT INTO focus_sessions
  SELECT '{user}', ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, t, t + interval '25 minutes', 25, NULL, 'completed', 25, t
  FROM generate_series(0, 8 * 1000 - 1) n, LATERAL (SELECT (current_date - 2 - n / 8) + time '08:00' + (n % 8) * interval '1 hour' AS t) s;
INSERT INTO focus_days SELECT '{user}', current_date - 2 - n, 200, 8 FROM generate_series(0, 999) n;
INSERT INTO focus_totals VALUES ('{user}', 200000, 200000, 8000, 1000, 1000, current_date - 2, now());
ANALYZE focus_sessions; ANALYZE focus_days;
";

/// People with standings, put into the tables: half were active this month, a third this week, one in twenty hides. The
/// counts are those that the server keeps (`domain::leaderboard::counts`).
const FILL: &str = "
SELECT setseed(0.5);
CREATE TEMP TABLE crowd AS
  SELECT ('01a00000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS id, n, random() < 0.05 AS hidden,
         (-ln(1 - random()) * 3000)::bigint AS xp, (1 + random() * 60)::bigint AS streak,
         random() < 0.5 AS in_month, random() < 0.6 AS in_week
  FROM generate_series(1, {people}) n;
INSERT INTO users (user_id, username, email, password_hash, settings, calendar, created_at, updated_at)
  SELECT id, 'user' || n, 'user' || n || '@example.org', '', '{}', (SELECT calendar FROM users LIMIT 1), now(), now() FROM crowd;
INSERT INTO focus_totals SELECT id, xp, xp + 10, xp / 20, streak, 1, current_date, now() FROM crowd;
INSERT INTO standings
  SELECT id, 'user' || n, hidden, xp, xp + 10, xp / 20, streak,
         date_trunc('month', now())::date, CASE WHEN in_month THEN xp / 10 ELSE 0 END, CASE WHEN in_month THEN 1 + xp / 200 ELSE 0 END,
         date_trunc('week', now())::date, CASE WHEN in_month AND in_week THEN xp / 30 ELSE 0 END,
         CASE WHEN in_month AND in_week THEN 1 + xp / 600 ELSE 0 END, current_date - (n % 100)::integer
  FROM crowd;
INSERT INTO standing_days AS d SELECT active_on, count(*) FROM standings WHERE active_on IS NOT NULL AND user_id IN (SELECT id FROM crowd) GROUP BY 1
  ON CONFLICT (date) DO UPDATE SET people = d.people + excluded.people;
INSERT INTO standing_counts AS c
  SELECT b.board, b.since, l.level, b.value >> (6 * l.level), count(*)
  FROM standings s CROSS JOIN generate_series(0, 4) AS l (level) CROSS JOIN LATERAL (VALUES
    ('xp', date '1970-01-01', s.xp_points), ('focus-time', '1970-01-01', s.focus_min), ('streak', '1970-01-01', s.best_streak),
    ('sessions', '1970-01-01', s.sessions), ('focus-time/month', s.month, s.month_focus_min), ('sessions/month', s.month, s.month_sessions),
    ('focus-time/week', s.week, s.week_focus_min), ('sessions/week', s.week, s.week_sessions)) AS b (board, since, value)
  WHERE NOT s.hidden AND b.value > 0 GROUP BY 1, 2, 3, 4
  ON CONFLICT (board, since, level, bucket) DO UPDATE SET people = c.people + excluded.people;
UPDATE focus_summary SET people = focus_summary.people + s.people, visible = focus_summary.visible + s.visible, sessions = focus_summary.sessions + s.sessions,
    focus_min = focus_summary.focus_min + s.focus_min
  FROM (SELECT count(*) AS people, count(*) FILTER (WHERE NOT hidden) AS visible, sum(sessions) AS sessions, sum(focus_min) AS focus_min
        FROM standings WHERE user_id IN (SELECT id FROM crowd)) s;
DROP TABLE crowd;
";

/// A server with so many people, and one who asks over HTTP from the middle of the board.
fn gather(stand: &Stand, size: usize, asking: usize) -> Result<Crowd> {
    let began = Instant::now();
    let beside = stand.beside(&format!("people_{size}"))?;
    let token = fleet::sign_up(beside.address, "asking@example.org")?;
    let mut conn = PgConnection::establish(&beside.url)?;
    conn.batch_execute(&FILL.replace("{people}", &size.to_string()))?;
    let app = App::open(&beside.url, &settings())?;
    let actor = service::tokens::verify(&app, &token)?;
    // Somebody of the middle: the median of what points are made of.
    conn.batch_execute(&format!(
        "INSERT INTO focus_totals VALUES ('{}', 2079, 2079, 100, 3, 1, current_date, now())",
        actor.user
    ))?;
    conn.batch_execute("VACUUM ANALYZE")?;
    let step = (size / asking).max(1);
    let people = (0..asking).map(|number| {
        let place = 1 + (number * step + number) % size;
        let user =
            UserId(Uuid::from_u128(0x01a0_0000_0000_7000_8000_0000_0000_0000 + u128::try_from(place)?));
        Ok(Actor { user, device: None, family: None })
    });
    let people = people.collect::<Result<_>>()?;
    let standings: i64 =
        diesel::dsl::sql::<BigInt>("SELECT count(*) FROM standings").get_result(&mut conn)?;
    eprintln!("{standings} people on boards, in {:.0} s", began.elapsed().as_secs_f64());
    Ok(Crowd { size, app, people, token, beside })
}
