//! A client of the API: what the commands that upload have in common.
//!
//! Whoever uploads is told by the answer what to do. No answer, 429 and 503: the same is sent again, after the time
//! that the answer asks for, and not for ever. 401: the tokens are renewed and the same is sent again. Everything else
//! that is not a success ends the command, and is never sent again. So nothing is lost, and nothing is there twice.

use std::cell::Cell;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};
use indicatif::{ProgressBar, ProgressStyle};
use reqwest::blocking::{Client, RequestBuilder};
use reqwest::{Url, header, redirect};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use self::device::{Device, Tally};
use crate::parse;

mod device;

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(60);
/// The longest wait before something is sent again, unless the answer asks for more.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// What a server is told and asked.
#[derive(clap::Args)]
#[command(next_help_heading = "Which server")]
pub struct Connection {
    /// Address of the server
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080", value_parser = address)]
    pub url: Url,
    /// How long to try again when the server is busy or does not answer
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = patience)]
    pub patience: Duration,
}

/// A server's address, without a slash at its end.
pub fn plain(url: &Url) -> &str {
    url.as_str().trim_end_matches('/')
}

pub fn address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text.trim()).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
    });
    url.ok_or_else(|| "it may be http://host:port or https://host".into())
}

fn patience(text: &str) -> Result<Duration, String> {
    parse::duration(text).map_err(|_| "it may be a time such as 90s, 15m or 24h".into())
}

/// The machine's time zone, by its IANA name; nothing when it cannot be told simply.
pub fn local_zone() -> Option<chrono_tz::Tz> {
    iana_time_zone::get_timezone().ok()?.parse().ok()
}

/// A server that is talked to.
pub struct Server {
    http: Client,
    /// With the path that serves whatever API_BASE_PATH is.
    api: String,
    patience: Duration,
    /// Whether it has ever answered.
    heard: Cell<bool>,
}

/// What came back.
struct Answer {
    status: u16,
    body: Vec<u8>,
    location: Option<String>,
}

impl Server {
    /// Nothing is sent yet.
    ///
    /// # Errors
    /// The machine's certificates cannot be read.
    pub fn new(connection: &Connection) -> anyhow::Result<Server> {
        let mut http = Client::builder()
            .user_agent(concat!("almanac/", env!("CARGO_PKG_VERSION")))
            // A redirected upload would arrive as a GET.
            .redirect(redirect::Policy::none())
            .timeout(TIMEOUT);
        if connection.url.scheme() == "http" {
            // A machine that knows no authorities needs none here.
            http = http.tls_certs_only([]);
        }
        let http = http.build().context("cannot prepare for TLS")?;
        let api = format!("{}/api", plain(&connection.url));
        Ok(Server { http, api, patience: connection.patience, heard: Cell::new(false) })
    }

    /// Whether it has ever answered.
    pub fn has_answered(&self) -> bool {
        self.heard.get()
    }

    /// Signs somebody in, who registers where nobody is called so.
    ///
    /// # Errors
    /// The server refuses, or cannot be reached.
    pub fn sign_in(&self, new: &Value) -> anyhow::Result<Person> {
        let send = |path: &str| self.exchange(|| self.http.post(format!("{}{path}", self.api)).json(new));
        let registered = send("/auth/register")?;
        let answer = if registered.status == 409 { send("/auth/login")? } else { registered };
        answer.read().context("signing in")
    }

    /// What is at a path of the API, as somebody sees it.
    ///
    /// # Errors
    /// The server refuses, or cannot be reached.
    pub fn get<T: DeserializeOwned>(&self, person: &Person, path: &str) -> anyhow::Result<T> {
        let url = format!("{}{path}", self.api);
        self.exchange(|| self.http.get(&url).bearer_auth(&person.access_token))?.read()
    }

    /// Sends something in somebody's name.
    ///
    /// # Errors
    /// The server refuses, or cannot be reached.
    pub fn post(&self, person: &Person, path: &str, body: &Value) -> anyhow::Result<Value> {
        let url = format!("{}{path}", self.api);
        self.exchange(|| self.http.post(&url).bearer_auth(&person.access_token).json(body))?.read()
    }

    /// Sends a CSV file in somebody's name.
    ///
    /// # Errors
    /// The server refuses, or cannot be reached.
    pub fn post_csv<T: DeserializeOwned>(
        &self,
        person: &Person,
        path: &str,
        csv: &[u8],
    ) -> anyhow::Result<T> {
        let url = format!("{}{path}", self.api);
        let request = || {
            let request = self.http.post(&url).bearer_auth(&person.access_token);
            request.header(header::CONTENT_TYPE, "text/csv").body(csv.to_vec())
        };
        self.exchange(request)?.read()
    }

    /// Sends a request until there is an answer that says more than "later".
    fn exchange(&self, request: impl Fn() -> RequestBuilder) -> anyhow::Result<Answer> {
        let began = Instant::now();
        let mut pause = Duration::from_millis(500);
        loop {
            let (why, asked) = match self.send(request()) {
                Ok((answer, _)) if !matches!(answer.status, 408 | 429 | 502..=504) => return Ok(answer),
                Ok((answer, asked)) => (anyhow!(answer.complaint()), asked),
                Err(error) if error.is_builder() => return Err(error.into()),
                Err(error) if error.is_connect() && !self.heard.get() => {
                    let hint = format!("nothing answers at {}: is Almanac running there?", self.api);
                    return Err(anyhow::Error::new(error.without_url()).context(hint));
                }
                Err(error) => (anyhow::Error::new(error.without_url()), None),
            };
            // Clients that were sent away together do not come back together.
            let wait = asked.unwrap_or(pause) + pause.mul_f64(rand::random_range(0.0..0.5));
            if began.elapsed() + wait > self.patience {
                let waited = began.elapsed().as_secs();
                return Err(
                    why.context(format!("given up after {waited} s; run it again later, nothing is lost"))
                );
            }
            log::warn!("{why:#}; trying again in {:.0} s", wait.as_secs_f64().ceil());
            std::thread::sleep(wait);
            pause = (pause * 2).min(LONGEST_WAIT);
        }
    }

    /// Sends it once. Gives the answer, and how long it asks to wait.
    fn send(&self, request: RequestBuilder) -> reqwest::Result<(Answer, Option<Duration>)> {
        let response = request.send()?;
        let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let asked =
            text(header::RETRY_AFTER).and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
        let location = text(header::LOCATION).map(ToOwned::to_owned);
        let status = response.status().as_u16();
        let answer = Answer { status, location, body: response.bytes()?.to_vec() };
        self.heard.set(true);
        Ok((answer, asked))
    }
}

impl Answer {
    /// The body of a success.
    fn read<T: DeserializeOwned>(&self) -> anyhow::Result<T> {
        if !(200..300).contains(&self.status) {
            bail!(self.complaint());
        }
        serde_json::from_slice(&self.body)
            .context("this is not the answer of an Almanac: is its address right?")
    }

    /// What an error says, for people.
    fn complaint(&self) -> String {
        #[derive(Deserialize)]
        struct Body {
            detail: Detail,
        }
        #[derive(Deserialize)]
        struct Detail {
            message: String,
            error_code: String,
            #[serde(default)]
            fields: Vec<Field>,
        }
        #[derive(Deserialize)]
        struct Field {
            field: String,
            message: String,
        }
        let status = self.status;
        let Ok(Body { detail }) = serde_json::from_slice(&self.body) else {
            let place =
                self.location.as_ref().map(|place| format!(" and points to {place}")).unwrap_or_default();
            return printable(&format!("the server answers {status}{place}: is its address right?"));
        };
        let fields = detail.fields.iter().map(|field| format!("; {} {}", field.field, field.message));
        let fields: String = fields.collect();
        printable(&format!("the server answers {status}: {}{fields} ({})", detail.message, detail.error_code))
    }
}

/// Somebody signed in.
#[derive(Deserialize)]
pub struct Person {
    /// Their token.
    pub access_token: String,
    /// Their account.
    pub user: Account,
}

/// What is asked of an account.
#[derive(Deserialize)]
pub struct Account {
    /// Where its days are lived.
    pub timezone: chrono_tz::Tz,
}

/// A progress bar on the standard error; nothing where that is no terminal.
pub fn bar(of: Option<u64>, template: &str) -> anyhow::Result<ProgressBar> {
    let bar = of.map_or_else(ProgressBar::no_length, ProgressBar::new);
    bar.set_style(ProgressStyle::with_template(template)?.progress_chars("━╸─"));
    Ok(bar)
}

/// A text from elsewhere as one line that does nothing to the terminal.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (text, kept) in [
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            (" https://almanac.example.org/ ", "https://almanac.example.org"),
            ("https://example.org/almanac/", "https://example.org/almanac"),
        ] {
            assert_eq!(plain(&address(text).unwrap()), kept);
        }
        for wrong in
            ["", "localhost:8080", "ftp://a", "http://", "http://a:b@c", "http://a/?b", "http://a/#b"]
        {
            assert!(address(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn complaints_are_one_line_for_people() {
        let complaint = |status, body: &str| Answer { status, body: body.into(), location: None }.complaint();
        let body = r#"{"detail":{"message":"Bad\u001b[2J","error_code":"X","fields":[{"field":"name","message":"is long"}]}}"#;
        assert_eq!(complaint(422, body), "the server answers 422: Bad [2J; name is long (X)");
        assert_eq!(complaint(404, "<html>"), "the server answers 404: is its address right?");
    }
}
