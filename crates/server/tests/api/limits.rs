//! How often somebody may ask, and how often try to sign in: over all servers on one database.

use std::num::NonZeroU32;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use http_api::Settings;
use serde_json::{Value, json};

use crate::harness::{Answer, Caller, Server};

/// Addresses are what is said they are.
fn forwarded(settings: &mut Settings) {
    settings.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
}

/// Two servers on one database.
fn pair(change: impl Fn(&mut Settings)) -> [Server; 2] {
    let change = |settings: &mut Settings| {
        forwarded(settings);
        change(settings);
    };
    let here = Server::with(change);
    let there = Server::on(&here.database, change);
    [here, there]
}

/// Asks so many times at the same moment.
fn at_once(count: usize, ask: impl Fn(usize) -> Answer + Sync) -> Vec<Answer> {
    let barrier = Barrier::new(count);
    thread::scope(|scope| {
        let asking: Vec<_> = (0..count)
            .map(|number| {
                let (ask, barrier) = (&ask, &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    ask(number)
                })
            })
            .collect();
        asking.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

fn at<'a>(server: &'a Server, address: &str) -> Caller<'a> {
    server.nobody().with("x-forwarded-for", address)
}

fn number(answer: &Answer, header: &str) -> u32 {
    answer.header(header).parse().unwrap_or_else(|_| panic!("{header} in {answer:?}"))
}

mod requests {
    use super::*;

    fn limit(limit: u32) -> impl Fn(&mut Settings) {
        move |settings| settings.rate_limit = NonZeroU32::new(limit)
    }

    #[test]
    fn a_small_limit_is_exact_over_two_servers() {
        let servers = pair(limit(60));
        let phone = servers[0].device("Phone");
        let began = Instant::now();
        let answers =
            at_once(80, |number| servers[number % 2].nobody().bearer(&phone.access).get("/devices"));
        // One a second comes back meanwhile.
        let most = 60 + usize::try_from(began.elapsed().as_secs()).unwrap();
        let served = count(&answers, 200);
        assert!((60..=most).contains(&served), "{served} of 60 to {most}");
        let refused: Vec<_> = answers.into_iter().filter(|answer| answer.status != 200).collect();
        assert!(refused.len() >= 18);
        for answer in refused {
            assert!((1..=2).contains(&number(&answer, "retry-after")), "{answer:?}");
            answer.fails(429, "RATE_LIMITED");
        }
        // Another account has its own.
        servers[1].device("Other").get("/devices").ok();
    }

    #[test]
    fn a_large_one_is_neither_passed_nor_cut_short() {
        const LIMIT: u32 = 1200;
        let servers = pair(limit(LIMIT));
        let phone = servers[0].device("Phone");
        let began = Instant::now();
        let counts: Vec<(u32, u32)> = thread::scope(|scope| {
            let asking: Vec<_> = (0..4)
                .map(|number| {
                    let caller = servers[number % 2].nobody().bearer(&phone.access);
                    scope.spawn(move || {
                        let (mut served, mut refused) = (0, 0);
                        while refused < 3 {
                            let answer = caller.get("/devices");
                            match answer.status {
                                200 => served += 1,
                                429 => refused += 1,
                                _ => panic!("{answer:?}"),
                            }
                        }
                        (served, refused)
                    })
                })
                .collect();
            asking.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let served: u32 = counts.iter().map(|(served, _)| served).sum();
        let filled = began.elapsed().as_secs_f64() * f64::from(LIMIT) / 60.0;
        let most = f64::from(LIMIT) + filled;
        // What the servers may still have of it: a fiftieth each.
        let least = most - 2.0 * f64::from(LIMIT) / 50.0 - 3.0;
        println!("{served} of {least:.0} to {most:.0}");
        assert!((least..=most).contains(&f64::from(served)), "{served} of {least:.0} to {most:.0}");
    }

    #[test]
    fn what_is_left_is_the_same_here_and_there() {
        let servers = pair(limit(40));
        let phone = servers[0].device("Phone");
        for left in (0..40).rev() {
            let answer = servers[left % 2].nobody().bearer(&phone.access).get("/devices");
            assert_eq!(
                (number(&answer, "ratelimit-limit"), number(&answer, "ratelimit-remaining")),
                (40, left as u32)
            );
            // 1.5 s a request.
            let reset = (40 - left as u32) * 3 / 2;
            assert!(
                (reset.saturating_sub(2)..=reset + 1).contains(&number(&answer, "ratelimit-reset")),
                "{answer:?}"
            );
            answer.ok();
        }
        for server in &servers {
            let answer = server.nobody().bearer(&phone.access).get("/devices");
            assert!((1..=2).contains(&number(&answer, "retry-after")));
            answer.fails(429, "RATE_LIMITED");
        }
        // Half a minute later.
        servers[0].sql("UPDATE rate_limits SET full_at = full_at - interval '30 s'");
        thread::sleep(Duration::from_secs(2));
        let answer = servers[1].nobody().bearer(&phone.access).get("/devices");
        assert!((19..=21).contains(&number(&answer, "ratelimit-remaining")), "{answer:?}");
        answer.ok();
    }

    #[test]
    fn a_household_is_one_and_a_newcomer_is_counted_apart() {
        let servers = pair(|settings| {
            settings.rate_limit = NonZeroU32::new(3);
            settings.register_rate_limit = NonZeroU32::new(2);
        });
        let ask = |number: usize, address: &str| at(&servers[number % 2], address).get("/devices");
        for number in 0..3 {
            ask(number, &format!("2001:db8:1:2::{number}")).fails(401, "TOKEN_MISSING");
            ask(number, "192.0.2.7").fails(401, "TOKEN_MISSING");
        }
        for number in 0..2 {
            ask(number, "2001:db8:1:2:ffff::9").fails(429, "RATE_LIMITED");
            let answer = ask(number, "192.0.2.7");
            assert!((15..=20).contains(&number_of_seconds(&answer)), "{answer:?}");
            answer.fails(429, "RATE_LIMITED");
        }
        ask(0, "2001:db8:1:3::1").fails(401, "TOKEN_MISSING");
        ask(1, "192.0.2.8").fails(401, "TOKEN_MISSING");
        // To sign in or register is another matter, and one for all ways to do so.
        let wrong = json!({"username": "nobody", "password": "whatever it is"});
        at(&servers[0], "192.0.2.7").post("/auth/login", &wrong).fails(401, "INVALID_CREDENTIALS");
        at(&servers[1], "192.0.2.7").post("/devices/register", &json!({"platform": "ios"})).is(201);
        at(&servers[0], "192.0.2.7").post("/login", &wrong).fails(429, "RATE_LIMITED");
        at(&servers[1], "192.0.2.8").post("/login", &wrong).fails(401, "INVALID_CREDENTIALS");
        // Who it was is not to be read.
        let rows = servers[0].sql("SELECT count(*), min(length(key)), max(length(key)) FROM rate_limits");
        assert_eq!(rows, "6|32|32");
    }

    fn number_of_seconds(answer: &Answer) -> u32 {
        number(answer, "retry-after")
    }

    #[test]
    fn who_cannot_be_counted_is_let_through_without_waiting() {
        let server = Server::with(limit(5));
        let phone = server.device("Phone");
        server.sql("ALTER TABLE rate_limits RENAME TO away");
        for _ in 0..12 {
            let answer = phone.get("/devices");
            assert_eq!(answer.header("ratelimit-limit"), "");
            answer.ok();
        }
        server.sql("ALTER TABLE away RENAME TO rate_limits");
        thread::sleep(Duration::from_secs(1));
        assert_eq!(number(&phone.get("/devices"), "ratelimit-remaining"), 4);
        // A database that says nothing at all.
        let other = server.device("Other");
        thread::scope(|scope| {
            let held =
                scope.spawn(|| server.sql("BEGIN; LOCK TABLE rate_limits; SELECT pg_sleep(3); COMMIT"));
            thread::sleep(Duration::from_millis(400));
            let took: Vec<Duration> = (0..10)
                .map(|_| {
                    let began = Instant::now();
                    other.get("/devices").ok();
                    began.elapsed()
                })
                .collect();
            assert!(took[0] < Duration::from_millis(900), "{took:?}");
            assert!(took[1..].iter().sum::<Duration>() < Duration::from_millis(900), "{took:?}");
            held.join().unwrap();
        });
        thread::sleep(Duration::from_secs(1));
        // Those that nobody counted are not made up for, but for the first, which waited for it.
        let answers: Vec<_> = (0..6).map(|_| other.get("/devices")).collect();
        assert!((4..=5).contains(&count(&answers, 200)), "{answers:?}");
    }

    #[test]
    fn what_is_full_is_forgotten() {
        let server = Server::with(limit(600));
        let phone = server.device("Phone");
        server.sql(
            "INSERT INTO rate_limits SELECT sha256(n::text::bytea), clock_timestamp() - interval '1 s', 1 \
             FROM generate_series(1, 6000) n",
        );
        let kept = || server.sql("SELECT count(*) FROM rate_limits").parse::<u32>().unwrap();
        let began = Instant::now();
        let (mut before, mut most) = (6000, 0);
        while kept() > 1 {
            assert!(began.elapsed() < Duration::from_secs(30), "{} are kept", kept());
            phone.get("/devices").ok();
            thread::sleep(Duration::from_millis(100));
            let now = kept();
            most = most.max(before - now.min(before));
            before = now;
        }
        assert!((4000..=5000).contains(&most), "{most} at a time");
    }
}

mod sign_in {
    use super::*;

    const PASSWORD: &str = "correct horse battery staple";
    /// What one account may be called, in either field: in another case, decomposed, in full width.
    const SPELLINGS: [(&str, &str); 10] = [
        ("username", "Zo\u{eb}"),
        ("username", "zO\u{eb}"),
        ("username", "zoe\u{308}"),
        ("username", "\u{ff3a}\u{ff2f}\u{cb}"),
        ("username", " ZOE\u{308} "),
        ("email", "Zo\u{eb}"),
        ("email", "Zoe@Example.org"),
        ("email", "ZOE@EXAMPLE.ORG"),
        ("username", "zoe@example.org"),
        ("username", "\u{ff5a}\u{ff4f}\u{ff45}@example.org"),
    ];

    fn register(server: &Server) {
        let new = json!({"username": "Zo\u{eb}", "email": "Zoe@example.org", "password": PASSWORD});
        server.nobody().post("/auth/register", &new).is(201);
    }

    fn credentials((field, login): (&str, &str), password: &str) -> Value {
        json!({field: login, "password": password})
    }

    fn log_in(server: &Server, address: &str, login: (&str, &str), password: &str) -> Answer {
        at(server, address).post("/auth/login", &credentials(login, password))
    }

    const ZOE: (&str, &str) = ("username", "zo\u{eb}");

    #[test]
    fn of_a_hundred_at_once_five_are_compared() {
        let servers = pair(|_| {});
        register(&servers[0]);
        let nobody = &[("username", "Nobody"), ("email", "nobody"), ("username", "NOB\u{ff2f}DY")];
        let turns = [
            ("192.0.2.1", 1, &SPELLINGS[..1]),
            ("192.0.2.2", 2, &SPELLINGS[..1]),
            ("192.0.2.3", 2, &SPELLINGS),
            ("192.0.2.4", 1, &SPELLINGS),
            ("192.0.2.5", 2, nobody),
            ("2001:db8::1", 2, &SPELLINGS),
        ];
        for (address, many, logins) in turns {
            let answers = at_once(100, |number| {
                log_in(
                    &servers[number % many],
                    address,
                    logins[number / many % logins.len()],
                    "no password of hers",
                )
            });
            let counts = (count(&answers, 401), count(&answers, 429));
            let other = answers.iter().find(|answer| !matches!(answer.status, 401 | 429));
            assert_eq!(counts, (5, 95), "{address} {many} {other:?}");
            for answer in answers {
                if answer.status == 429 {
                    assert!((890..=900).contains(&number(&answer, "retry-after")), "{answer:?}");
                    answer.fails(429, "RATE_LIMITED");
                } else {
                    answer.fails(401, "INVALID_CREDENTIALS");
                }
            }
        }
        // It was never her account that was shut.
        log_in(&servers[0], "192.0.2.9", ZOE, PASSWORD).ok();
    }

    #[test]
    fn the_sixth_waits_a_quarter_of_an_hour_at_that_address_only() {
        let servers = pair(|_| {});
        register(&servers[0]);
        for turn in 0..5 {
            log_in(&servers[turn % 2], "192.0.2.1", SPELLINGS[turn], "wrong")
                .fails(401, "INVALID_CREDENTIALS");
        }
        for server in &servers {
            for (login, password) in [(SPELLINGS[9], "wrong"), (ZOE, PASSWORD)] {
                let answer = log_in(server, "192.0.2.1", login, password);
                assert!((890..=900).contains(&number(&answer, "retry-after")), "{answer:?}");
                answer.fails(429, "RATE_LIMITED");
            }
        }
        // The other name, by its other way; what was said in vain is not from another address.
        at(&servers[0], "192.0.2.1").post("/login", &credentials(ZOE, PASSWORD)).fails(429, "RATE_LIMITED");
        at(&servers[0], "198.51.100.9, 192.0.2.1")
            .post("/login", &credentials(ZOE, PASSWORD))
            .fails(429, "RATE_LIMITED");
        let elsewhere = log_in(&servers[1], "192.0.2.2", ZOE, PASSWORD).ok();
        log_in(&servers[1], "192.0.2.1", ZOE, PASSWORD).fails(429, "RATE_LIMITED");
        // Showing the password again is a try too.
        let me = at(&servers[0], "192.0.2.1").bearer(elsewhere["access_token"].as_str().unwrap());
        me.send(reqwest::Method::DELETE, "/users/me", Some(&json!({"password": PASSWORD})))
            .fails(429, "RATE_LIMITED");
        // When the first of them has run out, one more.
        servers[0].sql("UPDATE login_attempts SET failed_at[1] = failed_at[1] - interval '15 min'");
        log_in(&servers[0], "192.0.2.1", ZOE, "wrong").fails(401, "INVALID_CREDENTIALS");
        log_in(&servers[0], "192.0.2.1", ZOE, PASSWORD).fails(429, "RATE_LIMITED");
    }

    #[test]
    fn success_clears() {
        let servers = pair(|_| {});
        register(&servers[0]);
        for _ in 0..3 {
            for turn in 0..4 {
                log_in(&servers[turn % 2], "192.0.2.1", ZOE, "wrong").fails(401, "INVALID_CREDENTIALS");
            }
            log_in(&servers[1], "192.0.2.1", ZOE, PASSWORD).ok();
        }
        for turn in 0..5 {
            log_in(&servers[turn % 2], "192.0.2.1", ZOE, "wrong").fails(401, "INVALID_CREDENTIALS");
        }
        log_in(&servers[0], "192.0.2.1", ZOE, PASSWORD).fails(429, "RATE_LIMITED");
    }

    #[test]
    fn a_name_that_nobody_has_is_answered_byte_for_byte_alike() {
        let servers = pair(|_| {});
        register(&servers[0]);
        let told = |login: &str, turn: usize| {
            let caller = at(&servers[turn % 2], "192.0.2.1").with("x-request-id", "the-same");
            let answer = caller.post("/auth/login", &json!({"username": login, "password": "wrong"}));
            let mut headers: Vec<String> = answer
                .headers
                .iter()
                .filter(|(name, _)| !matches!(name.as_str(), "date" | "retry-after"))
                .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
                .collect();
            headers.sort();
            let body = answer.text();
            let (before, after) = body.split_once(r#""timestamp":""#).unwrap();
            let after = after.split_once('"').unwrap().1;
            let soon = answer.header("retry-after").parse::<u32>().ok().map(|wait| wait / 100);
            (answer.status, headers, format!("{before}{after}"), soon)
        };
        for turn in 0..8 {
            let known = told("zo\u{eb}", turn);
            assert_eq!(known.0, if turn < 5 { 401 } else { 429 });
            assert_eq!(known, told("zoya", turn));
        }
    }

    #[test]
    fn those_who_know_it_wait_their_turn() {
        let servers = pair(|_| {});
        register(&servers[0]);
        for (address, many) in [("192.0.2.1", 1), ("192.0.2.2", 2)] {
            let answers = at_once(20, |number| {
                log_in(&servers[number % many], address, SPELLINGS[number % SPELLINGS.len()], PASSWORD)
            });
            for answer in answers {
                answer.ok();
            }
        }
        assert_eq!(
            servers[0]
                .sql("SELECT sum(cardinality(failed_at) + cardinality(pending_at)) FROM login_attempts"),
            "0"
        );
    }
}
