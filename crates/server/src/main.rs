//! The program: reads the environment, starts PostgreSQL when none is given, composes, serves.
//!
//! Thin: what things are is in `domain`, what may be done in `service`, how it is asked for in `http`.
//!
//! Start reading at [`serve::run`]; `config.rs` is the one place that reads the environment.

mod admin;
mod config;
mod database;
mod db;
mod demo;
mod device;
mod logging;
mod parse;
mod secrets;
mod serve;
mod upload;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use config::{Cli, Command};

fn main() -> ExitCode {
    // Before anything else runs: it fills the environment in. A file that is not there is no matter.
    let env_file = match dotenvy::from_path(".env") {
        Err(error) if !error.not_found() => Err(error),
        _ => Ok(()),
    };
    let cli = Cli::parse();
    logging::start(&cli.log);
    if let Err(error) = env_file {
        log::error!(".env cannot be read: {error}");
        return ExitCode::FAILURE;
    }
    // One provider of cryptography for all that speaks TLS; the second to be installed would be refused.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let done = match cli.task() {
        Command::Serve(settings) => serve::run(&settings),
        Command::Migrate { place, revert } => database::migrate(&place, revert),
        Command::Demo(options) => demo::run(&options),
        Command::Device(options) => device::run(&options),
        Command::Admin(command) => admin::run(&command),
        Command::Db(command) => db::run(&command),
        Command::Openapi => openapi(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Writes the OpenAPI document to the standard output.
fn openapi() -> anyhow::Result<()> {
    let document = http_api::openapi().to_pretty_json()?;
    Ok(writeln!(std::io::stdout().lock(), "{document}")?)
}
