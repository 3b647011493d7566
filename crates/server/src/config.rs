//! The command line and the environment: the one place where either is read.
//!
//! A value that is wrong stops the program with the variable's name, what was given and what it may be. Secrets
//! come from the environment only (a command line is everybody's to read), and are never shown.
//!
//! What only one command is told stands beside that command: `admin.rs`, `demo.rs`, `device.rs`, `db.rs`.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand, ValueEnum};
use http_api::Network;
use secrecy::{ExposeSecret, SecretString};

use crate::parse::{self, Rate};

mod insights;
mod sign_in;
pub use insights::Insights;
pub use sign_in::{Passwords, SignIn};

/// Almanac keeps a private record of how your time is spent.
///
/// Without a command it serves: the API, the dashboard, and a PostgreSQL of its own when DATABASE_URL names none.
/// Settings are flags of the commands, variables of the environment, or lines of a file `.env` in the current
/// directory. docs/OPERATIONS.md tells what each does.
#[derive(Parser)]
#[command(name = "almanac", version, max_term_width = 110, after_help = SECRETS)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    pub log: Log,
}

/// What no flag sets: a command line is everybody's to read.
const SECRETS: &str = "\
By the environment or .env only:
  DATABASE_URL   postgres://user:password@host:port/database, in place of a PostgreSQL of its own
  JWT_SECRET     Key of the tokens, 32 bytes or more [default: made, and kept with the data]
  METRICS_TOKEN  What GET /metrics asks for as Bearer [default: made, and kept with the data]
  GEMINI_API_KEY, OPENAI_API_KEY  Keys of those who may write insights";

impl Cli {
    /// What is to be done: to serve, where nothing is said.
    pub fn task(self) -> Command {
        /// Settings of the environment alone.
        #[derive(Parser)]
        #[command(name = "almanac")]
        struct Unsaid {
            #[command(flatten)]
            serve: Serve,
        }
        self.command.unwrap_or_else(|| Command::Serve(Box::new(Unsaid::parse_from(["almanac"]).serve)))
    }
}

/// What the program can do.
#[derive(Subcommand)]
pub enum Command {
    /// Serve the API and the dashboard (the default)
    Serve(Box<Serve>),
    /// Bring the database's schema up to date (serving does so by itself)
    Migrate {
        #[command(flatten)]
        place: Place,
        /// Take the newest migration back instead
        #[arg(long)]
        revert: bool,
    },
    /// Fill a running server with a fortnight of real usage, and print the link that shows it
    Demo(crate::demo::Options),
    /// Register this machine, and upload a file of sessions
    Device(crate::device::Options),
    /// Make an account of an admin
    #[command(subcommand)]
    Admin(crate::admin::Command),
    /// Check, back up and restore the database
    #[command(subcommand)]
    Db(crate::db::Command),
    /// Write the OpenAPI document
    Openapi,
}

/// Where things are kept.
#[derive(Args, Clone)]
#[command(next_help_heading = "Where things are kept")]
pub struct Place {
    #[command(flatten)]
    pub data: DataDir,
    /// Directory of PostgreSQL's programs [default: searched for]
    #[arg(long, env = "PG_BINDIR", value_name = "DIRECTORY")]
    pg_bindir: Option<PathBuf>,
    /// User who runs PostgreSQL when the server is root [default: postgres, else nobody]
    #[arg(long, env = "PG_RUN_AS", value_name = "USER")]
    pg_run_as: Option<String>,
}

/// Where data is kept.
#[derive(Args, Clone)]
#[command(next_help_heading = "Where things are kept")]
pub struct DataDir {
    /// Directory of the data: secrets, and PostgreSQL's files when it is the server's own [default:
    /// /var/lib/almanac as root, else ~/.local/share/almanac]
    #[arg(long = "data", env = "ALMANAC_DATA", value_name = "DIRECTORY")]
    data: Option<PathBuf>,
}

/// What is told, and how.
#[derive(Args)]
#[command(next_help_heading = "What it tells")]
pub struct Log {
    /// How lines of the log are written
    #[arg(long, env = "LOG_FORMAT", value_enum, default_value = "text", global = true)]
    pub log_format: LogFormat,
    /// Which lines are written: error, warn, info, debug, or a filter such as info,almanac::access=off
    #[arg(long = "log", env = "LOG", value_name = "FILTER", default_value = "info", global = true)]
    pub filter: String,
}

/// How lines of the log are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people
    Text,
    /// One JSON object a line
    Json,
}

/// Where the server runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Environment {
    /// Nothing is taken lightly
    Production,
    /// Pages of any origin may be allowed to call the API
    Development,
}

/// How to serve.
#[derive(Args, Clone)]
#[command(next_help_heading = "How to serve")]
pub struct Serve {
    /// Address to listen on; 0.0.0.0 for all
    #[arg(long, env = "HOST", default_value = "127.0.0.1")]
    pub host: String,
    /// Port to listen on; 0 for any that is free
    #[arg(long, env = "PORT", default_value = "8080", value_parser = parse::port)]
    pub port: u16,
    /// Path of the API, which is also under /api
    #[arg(long, env = "API_BASE_PATH", value_name = "PATH", default_value = "/api/v1", value_parser = parse::base_path)]
    base_path: String,
    /// Names the server may be asked by [default: localhost, 127.0.0.1, [::1] and HOST]
    #[arg(long, env = "ALLOWED_HOSTS", value_name = "NAMES", value_delimiter = ',', value_parser = parse::host)]
    allowed_hosts: Vec<String>,
    /// Origins whose pages may call the API; * for any, in development only
    #[arg(long, env = "ALLOWED_ORIGINS", value_name = "ORIGINS", value_delimiter = ',', value_parser = parse::origin)]
    allowed_origins: Vec<String>,
    /// Proxies whose X-Forwarded-For and X-Forwarded-Host count
    #[arg(long, env = "TRUSTED_PROXIES", value_name = "NETWORKS", value_delimiter = ',', value_parser = parse::network)]
    trusted_proxies: Vec<Network>,
    /// Certificate chain for TLS, as a PEM file
    #[arg(long, env = "TLS_CERT", value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// Its private key, as a PEM file
    #[arg(long, env = "TLS_KEY", value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// How people and devices sign in
    #[command(flatten)]
    pub sign_in: SignIn,
    /// Who may write insights
    #[command(flatten)]
    pub insights: Insights,
    /// Requests a minute of one account, or of one address without; off for no limit
    #[arg(long, env = "RATE_LIMIT", value_name = "REQUESTS", default_value = "6000", value_parser = parse::rate)]
    rate_limit: Rate,
    /// Registrations, sign-ins and refreshes a minute of one address; off for no limit
    #[arg(long, env = "REGISTER_RATE_LIMIT", value_name = "REQUESTS", default_value = "300", value_parser = parse::rate)]
    register_rate_limit: Rate,
    /// Connections to the database
    #[arg(long, env = "POOL_SIZE", value_name = "CONNECTIONS", default_value = "12", value_parser = parse::pool_size)]
    pub pool_size: u32,
    /// Threads that answer requests [default: one a processor]
    #[arg(long, env = "WORKERS", value_name = "THREADS", value_parser = parse::workers)]
    workers: Option<usize>,
    /// Address of its own for /metrics, for a network that only the operator reaches
    #[arg(long, env = "METRICS_ADDR", value_name = "ADDRESS", value_parser = parse::socket_address)]
    pub metrics_addr: Option<SocketAddr>,
    /// The dashboard's files [default: ./web, ../web beside the program, or /usr/share/almanac/web]
    #[arg(long, env = "ALMANAC_WEB", value_name = "DIRECTORY")]
    web: Option<PathBuf>,
    /// production or development
    #[arg(long = "env", env = "ALMANAC_ENV", value_enum, default_value = "production")]
    environment: Environment,
    // Last, for the heading of what follows it in the help.
    #[command(flatten)]
    pub place: Place,
}

impl DataDir {
    /// The directory of the data.
    ///
    /// # Errors
    /// No home directory is known.
    pub fn path(&self) -> anyhow::Result<PathBuf> {
        if let Some(data) = self.data.as_ref().filter(|data| !data.as_os_str().is_empty()) {
            return Ok(data.clone());
        }
        if rustix::process::geteuid().is_root() {
            return Ok("/var/lib/almanac".into());
        }
        let xdg = variable("XDG_DATA_HOME").map(PathBuf::from).filter(|dir| dir.is_absolute());
        let home = || variable("HOME").map(|home| Path::new(&home).join(".local/share"));
        let base = xdg
            .or_else(home)
            .context("ALMANAC_DATA is not set, and neither is HOME: say where data is kept")?;
        Ok(base.join("almanac"))
    }
}

impl Place {
    /// What the private PostgreSQL has to be told.
    ///
    /// # Errors
    /// As [`DataDir::path`].
    pub fn cluster(&self) -> anyhow::Result<cluster::Settings> {
        let mut settings = cluster::Settings::new(self.data.path()?);
        settings.bin_dir = self.pg_bindir.clone().filter(|dir| !dir.as_os_str().is_empty());
        settings.run_as = self.pg_run_as.clone().filter(|user| !user.is_empty());
        settings.path = variable("PATH").unwrap_or_default();
        Ok(settings)
    }
}

/// The database that is not the server's own.
///
/// # Errors
/// It is no address of a PostgreSQL; it is not repeated, for it may hold a password.
pub fn database_url() -> anyhow::Result<Option<SecretString>> {
    let Some(url) = secret("DATABASE_URL")? else { return Ok(None) };
    let text = url.expose_secret();
    if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
        bail!("DATABASE_URL (not shown) may be postgres://user:password@host:port/database");
    }
    Ok(Some(url))
}

/// The key of the tokens, if it is given.
///
/// # Errors
/// It is too short, or known to everybody.
pub fn jwt_secret() -> anyhow::Result<Option<SecretString>> {
    let secret = secret("JWT_SECRET")?;
    if let Some(secret) = &secret {
        crate::secrets::check_key(secret.expose_secret()).context("JWT_SECRET (not shown)")?;
    }
    Ok(secret)
}

/// What `/metrics` asks for, if it is given.
///
/// # Errors
/// It is too short.
pub fn metrics_token() -> anyhow::Result<Option<SecretString>> {
    let token = secret("METRICS_TOKEN")?;
    if let Some(token) = &token
        && (token.expose_secret().len() < 16
            || !token.expose_secret().bytes().all(|byte| byte.is_ascii_graphic()))
    {
        bail!("METRICS_TOKEN (not shown) may be 16 or more printable ASCII characters without spaces");
    }
    Ok(token)
}

impl Serve {
    /// The HTTP side.
    ///
    /// # Errors
    /// Settings that contradict each other.
    pub fn http(
        &self,
        metrics_token: Option<SecretString>,
        places: usize,
    ) -> anyhow::Result<http_api::Settings> {
        if self.allowed_origins.iter().any(|origin| origin == "*") {
            if self.environment == Environment::Production {
                bail!(
                    "ALLOWED_ORIGINS is *, which is for development (ALMANAC_ENV=development): list the origins"
                );
            }
            if self.allowed_origins.len() > 1 {
                bail!("ALLOWED_ORIGINS is * and others: it may be * or a list");
            }
        }
        let mut allowed_hosts = self.allowed_hosts.clone();
        if allowed_hosts.is_empty() {
            allowed_hosts = ["localhost", "127.0.0.1", "[::1]"].map(String::from).into();
            allowed_hosts.push(if self.host.contains(':') {
                format!("[{}]", self.host)
            } else {
                self.host.clone()
            });
        }
        Ok(http_api::Settings {
            base_path: self.base_path.clone(),
            allowed_hosts,
            allowed_origins: self.allowed_origins.clone(),
            trusted_proxies: self.trusted_proxies.clone(),
            rate_limit: self.rate_limit.0,
            register_rate_limit: self.register_rate_limit.0,
            places,
            metrics_token,
            files: self.place.data.path()?,
            web: self.web()?,
        })
    }

    /// Threads that answer requests.
    pub fn workers(&self) -> usize {
        self.workers.unwrap_or_else(|| std::thread::available_parallelism().map_or(2, std::num::NonZero::get))
    }

    /// The dashboard's files, where there are any.
    fn web(&self) -> anyhow::Result<Option<PathBuf>> {
        let is_dashboard = |dir: &Path| dir.join("index.html").is_file();
        if let Some(dir) = self.web.as_ref().filter(|dir| !dir.as_os_str().is_empty()) {
            if !is_dashboard(dir) {
                bail!("ALMANAC_WEB is {}: it may be a directory that holds index.html", dir.display());
            }
            return Ok(Some(dir.clone()));
        }
        let beside = std::env::current_exe().ok().and_then(|program| Some(program.parent()?.join("../web")));
        let known = [Some("web".into()), beside, Some("/usr/share/almanac/web".into())];
        Ok(known.into_iter().flatten().find(|dir| is_dashboard(dir)))
    }
}

/// A secret of the environment; empty is as good as absent.
fn secret(name: &str) -> anyhow::Result<Option<SecretString>> {
    let Some(value) = variable(name).filter(|value| !value.is_empty()) else { return Ok(None) };
    match value.into_string() {
        Ok(value) => Ok(Some(value.into())),
        Err(_) => bail!("{name} (not shown) is not UTF-8"),
    }
}

#[allow(clippy::disallowed_methods, reason = "the one place")]
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

#[cfg(test)]
mod tests;
