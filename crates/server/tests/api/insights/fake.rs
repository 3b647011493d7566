//! A provider on this machine: it speaks HTTP, and answers what it is told to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::insights::Provider;
use reqwest::Url;
use serde_json::{Value, json};
use service::insights::providers::{Remote, Setup};

/// What it answers.
#[derive(Clone, Debug)]
pub enum Say {
    /// A reply in the protocol of the provider.
    Reply(String),
    /// Any answer: status, headers, body.
    Raw(u16, &'static str, String),
    /// Nothing for so long, and then an empty answer.
    Late(Duration),
    /// A body without an end.
    Endless,
    /// A body that comes byte by byte, and never ends.
    Trickle,
    /// It hangs up.
    HangUp,
}

/// What it was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    pub path: String,
    pub headers: Vec<String>,
    pub body: Value,
}

/// A provider.
pub struct Fake {
    pub provider: Provider,
    pub url: Url,
    asked: Arc<Mutex<Vec<Asked>>>,
    script: Arc<Mutex<Vec<Say>>>,
    /// Bytes that an endless body has had.
    pub sent: Arc<Mutex<usize>>,
}

/// A reply of the form that is asked for.
pub fn reply(summary: &str, highlights: &[&str]) -> Say {
    Say::Reply(json!({"summary": summary, "highlights": highlights}).to_string())
}

impl Fake {
    /// One that says these one after another, and the last of them from then on.
    pub fn start(provider: Provider, script: Vec<Say>) -> Fake {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = if provider == Provider::Openai { "/v1" } else { "" };
        let url = format!("http://{}{base}", listener.local_addr().unwrap()).parse().unwrap();
        let (asked, script): (Arc<Mutex<Vec<Asked>>>, _) = (Arc::default(), Arc::new(Mutex::new(script)));
        let sent: Arc<Mutex<usize>> = Arc::default();
        let (its, told, bytes) = (asked.clone(), script.clone(), sent.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (its, told, bytes) = (its.clone(), told.clone(), bytes.clone());
                std::thread::spawn(move || serve(stream, provider, &its, &told, &bytes));
            }
        });
        Fake { provider, url, asked, script, sent }
    }

    /// What it says from now on.
    pub fn will(&self, script: Vec<Say>) {
        *self.script.lock().unwrap() = script;
    }

    /// What it was asked.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// How often.
    pub fn count(&self) -> usize {
        self.asked().len()
    }

    /// A server whose accounts it writes for.
    pub fn setup(&self) -> Setup {
        let remote =
            Some(Remote { url: self.url.clone(), key: Some("a secret key".into()), model: "model-1".into() });
        let setup = Setup { default: self.provider, ..Setup::default() };
        match self.provider {
            Provider::Gemini => Setup { gemini: remote, ..setup },
            _ => Setup { openai: remote, ..setup },
        }
    }
}

fn serve(
    mut stream: TcpStream,
    provider: Provider,
    asked: &Mutex<Vec<Asked>>,
    script: &Mutex<Vec<Say>>,
    sent: &Mutex<usize>,
) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut headers = vec![];
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        headers.push(line.trim().to_lowercase());
    }
    let length = headers.iter().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let path = first.split(' ').nth(1)?.to_owned();
    asked.lock().unwrap().push(Asked { path, headers, body: serde_json::from_slice(&body).ok()? });
    let say = {
        let mut script = script.lock().unwrap();
        if script.len() > 1 { script.remove(0) } else { script.first().cloned()? }
    };
    let mut answer = |status: u16, headers: &str, body: &str| {
        let length = body.len();
        write!(
            stream,
            "HTTP/1.1 {status} Said\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
        )
        .ok()
    };
    match say {
        Say::Reply(text) => {
            let body = match provider {
                Provider::Gemini => {
                    json!({"candidates": [{"content": {"role": "model", "parts": [{"text": text}]}, "finishReason": "STOP"}]})
                }
                _ => {
                    json!({"object": "chat.completion", "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}]})
                }
            };
            answer(200, "content-type: application/json; charset=utf-8\r\n", &body.to_string())
        }
        Say::Raw(status, headers, body) => answer(status, headers, &body),
        Say::Late(time) => {
            std::thread::sleep(time);
            answer(200, "", "")
        }
        Say::Endless => {
            write!(stream, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n").ok()?;
            let chunk = [b' '; 16 * 1024];
            while stream.write_all(&chunk).is_ok() {
                *sent.lock().unwrap() += chunk.len();
            }
            None
        }
        Say::Trickle => {
            write!(stream, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n").ok()?;
            while stream.write_all(b" ").is_ok() {
                std::thread::sleep(Duration::from_millis(20));
            }
            None
        }
        Say::HangUp => None,
    }
}
