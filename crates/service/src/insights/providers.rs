//! Providers: who they are, and how they are asked. What they send is read as a stranger's: so much of it, for so long.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use domain::insights::prompt::LONGEST;
use domain::insights::{Provider, Reason};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode, Url, redirect};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use super::breaker::Breaker;
use super::protocol;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(3);
/// How long one waits before asking again, where nothing is said, and the longest that may be said.
const WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(2);
/// Who may ask at the same time.
const AT_ONCE: usize = 8;

/// A provider on the network.
#[derive(Clone)]
pub struct Remote {
    /// Where it is, without a slash at the end.
    pub url: Url,
    /// What opens it; a server of one's own may want none.
    pub key: Option<SecretString>,
    /// Which model is asked.
    pub model: String,
}

/// How insights are set up.
#[derive(Clone)]
pub struct Setup {
    /// Who writes for accounts that have chosen nobody.
    pub default: Provider,
    /// Google's.
    pub gemini: Option<Remote>,
    /// One that speaks OpenAI's protocol.
    pub openai: Option<Remote>,
    /// How often providers are asked for one account in a month.
    pub monthly_calls: i32,
    /// How long a provider may take, a second try included.
    pub time_limit: Duration,
}

impl Default for Setup {
    /// This program alone.
    fn default() -> Setup {
        Setup {
            default: Provider::Builtin,
            gemini: None,
            openai: None,
            monthly_calls: 100,
            time_limit: Duration::from_secs(20),
        }
    }
}

/// The providers of this server.
pub struct Providers {
    setup: Setup,
    http: Option<Client>,
    places: Semaphore,
    of_gemini: Breaker,
    of_openai: Breaker,
}

/// Why an attempt failed.
enum Failure {
    /// Another may go well.
    Passing(Option<Duration>),
    /// None will.
    Lasting(Reason),
}

impl Providers {
    /// Nothing is sent yet.
    #[must_use]
    pub fn new(setup: Setup) -> Providers {
        let http = (setup.gemini.is_some() || setup.openai.is_some()).then(|| client(&setup));
        let http = http.and_then(|built| {
            built.inspect_err(|error| log::error!("insights: no provider can be asked: {error}")).ok()
        });
        Providers {
            setup,
            http,
            places: Semaphore::new(AT_ONCE),
            of_gemini: Breaker::default(),
            of_openai: Breaker::default(),
        }
    }

    /// Who writes for accounts that have chosen nobody.
    #[must_use]
    pub fn default(&self) -> Provider {
        self.setup.default
    }

    /// Who is set up.
    #[must_use]
    pub fn all(&self) -> Vec<Provider> {
        [Provider::Builtin, Provider::Gemini, Provider::Openai]
            .into_iter()
            .filter(|one| self.has(*one))
            .collect()
    }

    /// Whether somebody is set up.
    #[must_use]
    pub fn has(&self, provider: Provider) -> bool {
        provider == Provider::Builtin || self.remote(provider).is_some()
    }

    /// The host and the model of a provider on the network.
    #[must_use]
    pub fn address(&self, provider: Provider) -> Option<(String, String)> {
        let remote = self.remote(provider)?;
        Some((remote.url.host_str().unwrap_or_default().to_owned(), remote.model.clone()))
    }

    pub(super) fn monthly_calls(&self) -> i32 {
        self.setup.monthly_calls
    }

    /// How long a row is taken: as long as a provider may be asked, and what comes after it may take.
    pub(super) fn longest(&self) -> TimeDelta {
        TimeDelta::from_std(self.setup.time_limit).unwrap_or_default() + TimeDelta::seconds(10)
    }

    fn remote(&self, provider: Provider) -> Option<&Remote> {
        match provider {
            Provider::Builtin => None,
            Provider::Gemini => self.setup.gemini.as_ref(),
            Provider::Openai => self.setup.openai.as_ref(),
        }
    }

    fn breaker(&self, provider: Provider) -> &Breaker {
        if provider == Provider::Gemini { &self.of_gemini } else { &self.of_openai }
    }

    /// Whether a provider may be asked at the moment.
    pub(super) fn admits(&self, provider: Provider) -> Result<(), Reason> {
        if !self.breaker(provider).admits(Instant::now()) {
            return Err(Reason::Paused);
        }
        if self.places.available_permits() == 0 { Err(Reason::Busy) } else { Ok(()) }
    }

    /// Asks, a second time where the first fails in passing. Gives the reply as it is.
    pub(super) async fn ask(
        &self,
        provider: Provider,
        instructions: &str,
        message: &str,
    ) -> Result<String, Reason> {
        let _place = self.places.try_acquire().map_err(|_| Reason::Busy)?;
        let (Some(remote), Some(http)) = (self.remote(provider), &self.http) else {
            return Err(Reason::Unavailable);
        };
        let breaker = self.breaker(provider);
        if !breaker.enter(Instant::now()) {
            return Err(Reason::Paused);
        }
        let body = protocol::body(provider, &remote.model, instructions, message).to_string();
        let tries = async {
            let wait = match attempt(http, provider, remote, body.clone()).await {
                Ok(reply) => return Ok(reply),
                Err(Failure::Lasting(reason)) => return Err(reason),
                Err(Failure::Passing(wait)) => wait.unwrap_or(WAIT),
            };
            if wait > LONGEST_WAIT {
                return Err(Reason::Unavailable);
            }
            tokio::time::sleep(wait).await;
            attempt(http, provider, remote, body).await.map_err(|failure| match failure {
                Failure::Passing(_) => Reason::Unavailable,
                Failure::Lasting(reason) => reason,
            })
        };
        let said = tokio::time::timeout(self.setup.time_limit, tries).await.unwrap_or(Err(Reason::Timeout));
        match &said {
            Ok(_) => breaker.succeed(),
            Err(reason) => {
                log::warn!("insights: {} was asked: {}", provider.as_str(), reason.as_str());
                breaker.fail(Instant::now());
            }
        }
        said
    }
}

fn client(setup: &Setup) -> reqwest::Result<Client> {
    let mut http = Client::builder()
        .user_agent(concat!("almanac/", env!("CARGO_PKG_VERSION")))
        // What is sent goes where the operator said and nowhere else.
        .redirect(redirect::Policy::none())
        .connect_timeout(CONNECT)
        // A connection belongs to the thread that made it, which may be gone when it is needed again.
        .pool_max_idle_per_host(0);
    let remotes = [&setup.gemini, &setup.openai];
    if remotes.into_iter().flatten().all(|remote| remote.url.scheme() == "http") {
        // A machine that knows no authorities needs none here.
        http = http.tls_certs_only([]);
    }
    http.build()
}

async fn attempt(
    http: &Client,
    provider: Provider,
    remote: &Remote,
    body: String,
) -> Result<String, Failure> {
    let url =
        format!("{}/{}", remote.url.as_str().trim_end_matches('/'), protocol::path(provider, &remote.model));
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(key) = &remote.key {
        let (name, before) = protocol::key_header(provider);
        let value = HeaderValue::try_from(format!("{before}{}", key.expose_secret()));
        let mut value = value.map_err(|_| Failure::Lasting(Reason::Unavailable))?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    let sent = http.post(url).headers(headers).body(body).send().await;
    let answer = sent.map_err(|error| {
        log::debug!("insights: {}: {}", provider.as_str(), error.without_url());
        Failure::Passing(None)
    })?;
    match answer.status() {
        StatusCode::OK => {}
        status if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() => {
            return Err(Failure::Passing(retry_after(answer.headers())));
        }
        status => {
            log::warn!("insights: {} answers {status}", provider.as_str());
            return Err(Failure::Lasting(Reason::Unavailable));
        }
    }
    let malformed = || Failure::Lasting(Reason::Malformed);
    if !is_json(answer.headers()) {
        return Err(malformed());
    }
    let bytes = read(answer).await?;
    protocol::reply(provider, &bytes).ok_or_else(malformed)
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

/// A body, up to [`LONGEST`]: what is longer is not read further.
async fn read(mut answer: Response) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    loop {
        match answer.chunk().await {
            Ok(Some(chunk)) if bytes.len() + chunk.len() <= LONGEST => bytes.extend_from_slice(&chunk),
            Ok(Some(_)) => return Err(Failure::Lasting(Reason::Malformed)),
            Ok(None) => return Ok(bytes),
            Err(_) => return Err(Failure::Passing(None)),
        }
    }
}
