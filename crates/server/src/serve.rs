//! `almanac serve`: puts the parts together, serves, and takes them apart again.

use std::fs::File;
use std::io::BufReader;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, bail};
use http_api::{Api, Serving};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use secrecy::ExposeSecret;
use service::App;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::config::{self, Serve};
use crate::database::{Database, bring_up_to_date};
use crate::logging::tell;
use crate::secrets;

/// Threads that write small uploads, of all connections.
const WRITERS: u32 = 2;

/// Serves until it is told to stop, or its PostgreSQL dies.
///
/// # Errors
/// A setting is wrong, a part does not start, or PostgreSQL died.
pub fn run(settings: &Serve) -> anyhow::Result<()> {
    // What can be wrong with settings is told before anything is started.
    let (jwt_secret, metrics_token) = (config::jwt_secret()?, config::metrics_token()?);
    let writers = WRITERS.min(settings.pool_size / 2);
    let places = usize::try_from(settings.pool_size - writers)?;
    settings.http(None, places)?;
    let insights = settings.insights.setup()?;
    let tls = match (&settings.tls_cert, &settings.tls_key) {
        (Some(certificate), Some(key)) => Some(tls(certificate, key)?),
        _ => None,
    };

    let database = Database::start(&settings.place)?;
    for migration in bring_up_to_date(&database)? {
        log::info!("migrated: {migration}");
    }
    let data = settings.place.data.path()?;
    let key = jwt_secret.map_or_else(|| secrets::kept(&data, "jwt.key"), Ok)?;
    let metrics_token = metrics_token.map_or_else(|| secrets::kept(&data, "metrics.token"), Ok)?;
    let app = App::open(
        &database.url(),
        &service::Settings {
            pool_size: settings.pool_size,
            secret: key.expose_secret().as_bytes().to_vec(),
            lives: settings.sign_in.lives()?,
            bcrypt_cost: settings.sign_in.passwords.bcrypt_cost,
            blocklist: settings.sign_in.passwords.blocklist(),
            ingest_writers: usize::try_from(writers)?,
            insights,
        },
    );
    let app = app.map_err(|error| database.hide(&error)).context("cannot reach the database")?;
    let http = settings.http(Some(metrics_token), places)?;
    if http.web.is_none() {
        log::warn!("the dashboard's files were not found, so that only the API is served: see ALMANAC_WEB");
    }
    let api = Api::new(app.clone(), http);
    let ended = actix_web::rt::System::new().block_on(until_told(&app, api, settings, tls, &database));
    database.stop();
    ended
}

async fn until_told(
    app: &App,
    api: Api,
    settings: &Serve,
    tls: Option<rustls::ServerConfig>,
    database: &Database,
) -> anyhow::Result<()> {
    let scheme = if tls.is_some() { "https" } else { "http" };
    let address = (settings.host.as_str(), settings.port);
    // Before the address is told: whoever reads it may stop us.
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let Serving { addresses, server, stopper } =
        http_api::serve(api, address, settings.workers(), tls, settings.metrics_addr)
            .with_context(|| format!("cannot listen on {}:{} (HOST, PORT)", settings.host, settings.port))?;
    let mut server = actix_web::rt::spawn(server);
    for address in &addresses {
        tell(&format!("Almanac is ready: {scheme}://{}", openable(*address)))?;
    }
    let died = postgres_dies(database);
    tokio::select! {
        ended = &mut server => return Ok(ended??),
        error = died => {
            // Requests that wait for it would keep the server from ending.
            app.close();
            stopper.stop().await;
            return Err(error.into());
        }
        () = either(&mut terminate, &mut interrupt) => {}
    }
    log::info!("stopping: what was accepted is finished");
    tokio::select! {
        () = stopper.stop() => {}
        () = either(&mut terminate, &mut interrupt) => log::warn!("told twice: stopping at once"),
    }
    Ok(())
}

async fn either(terminate: &mut Signal, interrupt: &mut Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

/// Ready when a private PostgreSQL has died for good; never otherwise.
async fn postgres_dies(database: &Database) -> cluster::Error {
    let Database::Private(cluster) = database else { return std::future::pending().await };
    let watch = cluster.watch();
    let (tell, told) = tokio::sync::oneshot::channel();
    let watching = std::thread::Builder::new().name("postgres-watch".into()).spawn(move || {
        if let Some(error) = watch.wait() {
            drop(tell.send(error));
        }
    });
    if let Err(error) = watching {
        log::error!("PostgreSQL is not watched: {error}");
    }
    match told.await {
        Ok(error) => error,
        Err(_) => std::future::pending().await,
    }
}

/// The address as a browser on this machine opens it.
fn openable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    address
}

fn tls(certificate: &Path, key: &Path) -> anyhow::Result<rustls::ServerConfig> {
    let open = |name: &str, path: &Path| {
        File::open(path)
            .map(BufReader::new)
            .with_context(|| format!("{name} is {}: it may be a PEM file", path.display()))
    };
    let chain: Vec<_> = CertificateDer::pem_reader_iter(open("TLS_CERT", certificate)?)
        .collect::<Result<_, _>>()
        .with_context(|| format!("TLS_CERT is {}: it may be a PEM file", certificate.display()))?;
    if chain.is_empty() {
        bail!("TLS_CERT is {}: it holds no certificate", certificate.display());
    }
    let key = PrivateKeyDer::from_pem_reader(open("TLS_KEY", key)?)
        .with_context(|| format!("TLS_KEY is {}: it may be a PEM file with a private key", key.display()))?;
    rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .context("TLS_CERT and TLS_KEY do not belong together")
}
