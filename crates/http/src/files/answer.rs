//! What is answered to a file: what became of it, or a line now and then until that is known.

use std::convert::Infallible;
use std::fs::File;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::http::header::{self, ContentEncoding};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream;
use serde::Serialize;
use service::Context;
use service::imports::Progress;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::Turn;
use crate::api::Api;
use crate::error::{Detail, Error};
use crate::gate::RequestId;

/// What is asked for with `Accept`.
const LINES: &str = "application/x-ndjson";
/// How often a line is sent.
const BEAT: Duration = Duration::from_millis(250);
/// How long the work may come no further: the database hangs.
const PATIENCE: Duration = Duration::from_secs(60);

type Work<T> = Pin<Box<dyn Future<Output = Result<T, Error>>>>;

/// Work that is being done. Who drops it gives the work up.
struct Doing<T> {
    work: Work<T>,
    progress: watch::Receiver<Progress>,
    moved: Instant,
    _wanted: Wanted,
}

/// Somebody waits for it.
struct Wanted(Arc<AtomicBool>);

impl Drop for Wanted {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// Does the work on a file that has come, and tells what became of it.
///
/// # Errors
/// What `work` says, unless the answer has begun; `Overloaded`, `Late`, `Panicked`.
pub(crate) async fn answer<T, F>(
    api: &Data<Api>,
    request: &HttpRequest,
    turn: Turn,
    mut file: File,
    work: F,
) -> Result<HttpResponse, Error>
where
    T: Serialize + Send + 'static,
    F: FnOnce(&mut Context, &mut File, &mut dyn FnMut(Progress) -> bool) -> service::Result<T>
        + Send
        + 'static,
{
    let (tell, progress) = watch::channel(Progress::default());
    let wanted = Wanted(Arc::new(AtomicBool::new(true)));
    let (is_wanted, shared) = (Arc::clone(&wanted.0), api.clone());
    let work = move || {
        let mut go_on = |progress| {
            tell.send_replace(progress);
            is_wanted.load(Ordering::Relaxed) && !shared.is_stopping()
        };
        Ok(work(&mut shared.app.context()?, &mut file, &mut go_on)?)
    };
    let shared = api.clone();
    let work: Work<T> = Box::pin(async move { shared.files.import(turn, work).await });
    let mut doing = Doing { work, progress, moved: Instant::now(), _wanted: wanted };
    if !wants_lines(request) {
        loop {
            if let Some(done) = doing.wait().await {
                return Ok(HttpResponse::Ok().json(done?));
            }
        }
    }
    let told = Lines { doing: Some(doing), api: api.clone(), request_id: RequestId::of(request) };
    Ok(HttpResponse::Ok()
        .content_type(LINES)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        // What lies between would hold lines back: a proxy's buffer, and our own compression.
        .insert_header(("x-accel-buffering", "no"))
        .insert_header(ContentEncoding::Identity)
        .streaming(stream::unfold(told, Lines::next)))
}

fn wants_lines(request: &HttpRequest) -> bool {
    let accept = request.headers().get_all(header::ACCEPT).filter_map(|value| value.to_str().ok());
    let mut kinds = accept.flat_map(|value| value.split(','));
    kinds.any(|kind| kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(LINES))
}

impl<T> Doing<T> {
    /// What became of it, once it is done; nothing for now.
    async fn wait(&mut self) -> Option<Result<T, Error>> {
        tokio::select! {
            done = &mut self.work => return Some(done),
            () = sleep(BEAT) => {}
        }
        if self.progress.has_changed().unwrap_or(false) {
            self.progress.mark_unchanged();
            self.moved = Instant::now();
        }
        (self.moved.elapsed() > PATIENCE).then_some(Err(Error::Late))
    }
}

/// Lines that are sent.
struct Lines<T> {
    /// Nothing once it is done.
    doing: Option<Doing<T>>,
    api: Data<Api>,
    request_id: String,
}

/// A line.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Line<T> {
    Progress(Progress),
    Report(T),
    Error(Detail),
}

impl<T: Serialize> Lines<T> {
    async fn next(mut self) -> Option<(Result<Bytes, Infallible>, Lines<T>)> {
        let doing = self.doing.as_mut()?;
        let line = match doing.wait().await {
            None => Line::Progress(*doing.progress.borrow()),
            Some(done) => {
                self.doing = None;
                match done {
                    Ok(report) => Line::Report(report),
                    Err(error) => Line::Error(error.answer().detail(&self.request_id, self.api.app.now())),
                }
            }
        };
        let mut text = serde_json::to_string(&line).unwrap_or_default();
        text.push('\n');
        Some((Ok(text.into()), self))
    }
}
