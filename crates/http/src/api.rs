//! What every handler is handed.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use actix_web::web::Bytes;
use service::{App, Context};

use crate::error::Error;
use crate::files::Files;
use crate::hashing::Hashing;
use crate::health::Pulse;
use crate::hosts::Hosts;
use crate::limits::Limits;
use crate::metrics::Metrics;
use crate::routes::Routes;
use crate::run::Places;
use crate::settings::Settings;

/// The program with its HTTP side: one of them serves all threads.
pub struct Api {
    pub(crate) app: App,
    pub(crate) settings: Settings,
    pub(crate) hosts: Hosts,
    pub(crate) limits: Limits,
    pub(crate) places: Places,
    pub(crate) files: Files,
    pub(crate) hashing: Hashing,
    pub(crate) metrics: Metrics,
    pub(crate) routes: Routes,
    pub(crate) pulse: Pulse,
    pub(crate) started: Instant,
    /// As it is sent, once somebody has asked for it.
    pub(crate) document: OnceLock<Bytes>,
    stopping: AtomicBool,
}

impl Api {
    /// Puts it together.
    #[must_use]
    pub fn new(app: App, settings: Settings) -> Api {
        let metrics = Metrics::new();
        Api {
            app,
            hosts: Hosts::new(&settings),
            limits: Limits::new(&settings),
            places: Places::new(settings.places),
            files: Files::new(settings.places),
            hashing: Hashing::start(),
            routes: Routes::new(&settings, &metrics),
            metrics,
            pulse: Pulse::default(),
            started: Instant::now(),
            document: OnceLock::new(),
            stopping: AtomicBool::new(false),
            settings,
        }
    }

    /// Runs a use case with a context of its own: see [`Places::run`].
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Context) -> service::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let app = self.app.clone();
        self.places.run(move || Ok(work(&mut app.context()?)?)).await
    }

    /// From now on the server is not ready for new work.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }
}
