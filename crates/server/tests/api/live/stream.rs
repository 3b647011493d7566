//! A stream of events, and what is awaited of it.

use std::io::{BufRead, BufReader};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use reqwest::blocking::Client;
use serde_json::Value;

use crate::harness::Caller;

/// Within it comes what is awaited.
pub const SOON: Duration = Duration::from_secs(10);
/// Within it would have come what must not come.
pub const MOMENT: Duration = Duration::from_millis(700);

/// A stream that is read.
pub struct Stream {
    pub lines: Receiver<String>,
}

/// An event: its name, its id.
pub type Told = (String, String);

impl Stream {
    /// Looks on, past the greeting.
    pub fn open(caller: &Caller<'_>) -> Stream {
        let stream = Stream::begin(caller);
        assert_eq!(stream.next().0, "hello");
        stream
    }

    pub fn begin(caller: &Caller<'_>) -> Stream {
        let client = Client::builder().timeout(None).build().unwrap();
        let mut request = client.get(caller.server.url("/live"));
        for (name, value) in &caller.headers {
            request = request.header(name, value);
        }
        let answer = request.send().unwrap();
        assert_eq!(answer.status(), 200);
        let (tell, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(answer).lines() {
                let Ok(line) = line else { break };
                if tell.send(line).is_err() {
                    break;
                }
            }
        });
        Stream { lines }
    }

    /// What comes next, within a time: nothing where nothing does, an error at the end.
    pub fn within(&self, time: Duration) -> Result<Option<Told>, ()> {
        let (until, mut name) = (Instant::now() + time, String::new());
        loop {
            match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(line) => match line.split_once(": ") {
                    Some(("event", event)) => event.clone_into(&mut name),
                    Some(("data", data)) => {
                        let data: Value = serde_json::from_str(data).unwrap();
                        assert!(data["at"].as_str().unwrap().ends_with('Z'));
                        assert_eq!(data.as_object().unwrap().len(), 2);
                        return Ok(Some((name, data["id"].as_str().unwrap().to_owned())));
                    }
                    _ => {}
                },
                Err(RecvTimeoutError::Timeout) => return Ok(None),
                Err(RecvTimeoutError::Disconnected) => return Err(()),
            }
        }
    }

    pub fn next(&self) -> Told {
        self.within(SOON).expect("the stream has ended").expect("nothing came")
    }

    #[track_caller]
    pub fn tells(&self, name: &str, id: &str) {
        assert_eq!(self.next(), (name.to_owned(), id.to_owned()));
    }

    #[track_caller]
    pub fn is_silent(&self) {
        assert_eq!(self.within(MOMENT), Ok(None));
    }

    #[track_caller]
    pub fn ends(&self) {
        let until = Instant::now() + SOON;
        while self.within(until.saturating_duration_since(Instant::now())).is_ok() {
            assert!(Instant::now() < until, "it goes on");
        }
    }
}
