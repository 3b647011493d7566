//! Puts the HTTP side on an address.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::time::Duration;

use actix_cors::Cors;
use actix_web::dev::{Server, ServerHandle};
use actix_web::http::header::{self, HeaderName};
use actix_web::middleware::{Compress, Condition, from_fn};
use actix_web::web::{self, Data};
use actix_web::{App, HttpServer};

use crate::api::Api;
use crate::error::Error;
use crate::{dashboard, document, gate, health, metrics, reader};

/// How long a request's head may take to arrive.
const HEAD: Duration = Duration::from_secs(10);
/// How long a connection may be silent between requests.
const SILENCE: Duration = Duration::from_secs(60);
/// How long a client may take to read the answer to a body that was not read to its end.
const GOODBYE: Duration = Duration::from_secs(3);
/// Seconds for what was accepted, once the server stops.
const LAST_REQUESTS: u64 = 6;
/// How long readiness is denied before connections are.
const LAST_QUESTIONS: Duration = Duration::from_millis(300);
/// How often counters are tidied.
const TIDY: Duration = Duration::from_secs(5);

/// A running server.
pub struct Serving {
    /// Where it listens.
    pub addresses: Vec<SocketAddr>,
    /// Ends with the server.
    pub server: Server,
    /// Ends the server.
    pub stopper: Stopper,
}

/// Ends a server.
#[derive(Clone)]
pub struct Stopper {
    api: Data<Api>,
    server: ServerHandle,
    metrics: Option<ServerHandle>,
}

/// Starts to serve `api` on `address`, with TLS where `tls` says how, and its measurements on `metrics_address`.
/// To be called, and its result awaited, on an actix system.
///
/// # Errors
/// An address cannot be had.
pub fn serve(
    api: Api,
    address: impl ToSocketAddrs,
    workers: usize,
    tls: Option<rustls::ServerConfig>,
    metrics_address: Option<SocketAddr>,
) -> io::Result<Serving> {
    let api = Data::new(api);
    let shared = api.clone();
    let server = HttpServer::new(move || {
        let api = shared.clone();
        let gated = api.clone();
        App::new()
            .app_data(api.clone())
            .wrap(Compress::default())
            .wrap(Condition::new(
                !api.settings.allowed_origins.is_empty(),
                cors(&api.settings.allowed_origins),
            ))
            .wrap(from_fn(move |request, next| gate::gate(gated.clone(), request, next)))
            .configure(|config| routes(config, &api))
    })
    .workers(workers)
    .worker_max_blocking_threads(64)
    .client_request_timeout(HEAD)
    .client_disconnect_timeout(GOODBYE)
    .keep_alive(SILENCE)
    .shutdown_timeout(LAST_REQUESTS)
    .disable_signals();
    let server = match tls {
        Some(tls) => server.bind_rustls_0_23(address, tls)?,
        None => server.bind(address)?,
    };
    let addresses = server.addrs();
    let metrics = metrics_address.map(|address| serve_metrics(api.clone(), address)).transpose()?;
    let tidied = api.clone();
    actix_web::rt::spawn(async move {
        loop {
            tokio::time::sleep(TIDY).await;
            tidied.metrics.tidy();
        }
    });
    let server = server.run();
    let stopper = Stopper { api, server: server.handle(), metrics };
    Ok(Serving { addresses, server, stopper })
}

/// `/metrics` alone, for a network that only the operator reaches.
fn serve_metrics(api: Data<Api>, address: SocketAddr) -> io::Result<ServerHandle> {
    let server = HttpServer::new(move || {
        let show = |api: Data<Api>| async move { api.metrics.show(api.app.live().figures()) };
        App::new().app_data(api.clone()).route("/metrics", web::get().to(show))
    });
    let server = server.workers(1).disable_signals().bind(address)?.run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    Ok(handle)
}

impl Stopper {
    /// Readiness first, then no new connections; what was accepted is finished.
    pub async fn stop(&self) {
        self.api.stop();
        // For whoever asks whether we are ready, before the door shuts.
        tokio::time::sleep(LAST_QUESTIONS).await;
        // Streams have no end of their own.
        self.api.app.live().close();
        self.server.stop(true).await;
        if let Some(metrics) = &self.metrics {
            metrics.stop(false).await;
        }
    }
}

fn routes(config: &mut web::ServiceConfig, api: &Api) {
    let mut prefixes = vec![api.settings.base_path.as_str(), document::SHORT_BASE];
    // The longer first: `/api` is also the beginning of `/api/v1`.
    prefixes.sort_by_key(|prefix| std::cmp::Reverse(prefix.len()));
    prefixes.dedup();
    for prefix in prefixes {
        config.service(web::scope(prefix).configure(document::operations).configure(reader::configure));
    }
    config.configure(health::configure).configure(metrics::configure);
    config.configure(reader::configure);
    config.default_service(web::to(async || Err::<&str, Error>(Error::NoRoute)));
    if let Some(web) = &api.settings.web {
        dashboard::configure(config, web);
    }
}

/// Who may call from pages of elsewhere. A browser refuses the others; a tracker sends no `Origin`.
fn cors(origins: &[String]) -> Cors {
    let header = HeaderName::from_static;
    let cors = Cors::default()
        .allowed_methods(["GET", "HEAD", "POST", "PATCH", "DELETE"])
        .allowed_headers([header::AUTHORIZATION, header::CONTENT_TYPE, header::IF_NONE_MATCH])
        .allowed_headers([header("x-request-id"), header("x-device-key")])
        .expose_headers([header::ETAG, header::RETRY_AFTER, header("x-request-id")])
        .expose_headers(["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"].map(header))
        .max_age(3600);
    if origins.iter().any(|origin| origin == "*") {
        return cors.allow_any_origin().send_wildcard();
    }
    origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}
