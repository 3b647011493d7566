//! `GET /metrics`: what the server does, in Prometheus' text format.

use std::sync::OnceLock;
use std::time::Duration;

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use domain::usage::batch::Receipt;
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Label, Level, Metadata, Recorder, Unit};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use secrecy::ExposeSecret;
use service::live::Figures;
use subtle::ConstantTimeEq;

use crate::api::Api;
use crate::auth::bearer;
use crate::document::Register;
use crate::error::Error;

pub(crate) fn configure(config: &mut impl Register) {
    config.service(show_metrics);
}

/// Show measurements.
///
/// Counters and histograms in Prometheus' text format, for who has METRICS_TOKEN.
#[utoipa::path(
    tag = "platform",
    security(("metrics_token" = [])),
    responses((status = 200, description = "Prometheus' text format.", body = String, content_type = "text/plain"))
)]
#[get("/metrics")]
async fn show_metrics(api: Data<Api>, request: HttpRequest) -> Result<HttpResponse, Error> {
    let Some(wanted) = &api.settings.metrics_token else { return Err(Error::NoRoute) };
    let given = request.headers().get(header::AUTHORIZATION).and_then(bearer).unwrap_or_default();
    if !bool::from(given.as_bytes().ct_eq(wanted.expose_secret().as_bytes())) {
        let code = if given.is_empty() { "TOKEN_MISSING" } else { "TOKEN_INVALID" };
        return Err(service::Error::Unauthenticated(code).into());
    }
    Ok(api.metrics.show(api.app.live().figures()))
}

/// What is measured. The recorder is this server's own, not the process's, so that several can be tested side
/// by side.
pub(crate) struct Metrics {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
    sessions: [Counter; 4],
    browsing: [Counter; 3],
    readers: Gauge,
    events: Counter,
    dropped: Counter,
    memory: Gauge,
    processor: Gauge,
}

const ABOUT: Metadata<'static> = Metadata::new("almanac", Level::INFO, None);
/// Seconds: from a figure that is at hand to an answer that is given up.
const BUCKETS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];
/// What becomes of a session of a batch.
const VERDICTS: [&str; 4] = ["accepted", "updated", "duplicate", "rejected"];
/// What becomes of an event of a batch.
const OF_EVENTS: [&str; 3] = ["synced", "duplicate", "rejected"];

impl Metrics {
    pub fn new() -> Metrics {
        // It refuses none but an empty list.
        let builder = PrometheusBuilder::new().set_buckets(&BUCKETS);
        let recorder = builder.unwrap_or_else(|_| PrometheusBuilder::new()).build_recorder();
        let name = KeyName::from_const_str;
        recorder.describe_counter(
            name("almanac_http_requests_total"),
            None,
            "Answers by route and status.".into(),
        );
        recorder.describe_histogram(
            name("almanac_http_request_duration_seconds"),
            Some(Unit::Seconds),
            "Time to an answer's head.".into(),
        );
        recorder.describe_counter(
            name("almanac_usage_sessions_total"),
            None,
            "Uploaded sessions by verdict.".into(),
        );
        recorder.describe_counter(
            name("almanac_browser_events_total"),
            None,
            "Uploaded events of browsers by verdict.".into(),
        );
        recorder.describe_gauge(
            name("almanac_live_readers"),
            None,
            "Streams of events that are open.".into(),
        );
        recorder.describe_counter(name("almanac_live_events_total"), None, "Events sent to streams.".into());
        recorder.describe_counter(
            name("almanac_live_dropped_total"),
            None,
            "Streams ended because they did not keep up, or were too many of one account.".into(),
        );
        recorder.describe_gauge(
            name("process_resident_memory_bytes"),
            Some(Unit::Bytes),
            "Memory in use.".into(),
        );
        recorder.describe_gauge(
            name("process_cpu_seconds_total"),
            Some(Unit::Seconds),
            "Processor time used.".into(),
        );
        let verdict = |name: &'static str, verdict: &'static str| {
            let key = Key::from_parts(name, vec![Label::new("verdict", verdict)]);
            recorder.register_counter(&key, &ABOUT)
        };
        let gauge = |name: &'static str| recorder.register_gauge(&Key::from_static_name(name), &ABOUT);
        let counter = |name: &'static str| recorder.register_counter(&Key::from_static_name(name), &ABOUT);
        Metrics {
            readers: gauge("almanac_live_readers"),
            events: counter("almanac_live_events_total"),
            dropped: counter("almanac_live_dropped_total"),
            sessions: VERDICTS.map(|of| verdict("almanac_usage_sessions_total", of)),
            browsing: OF_EVENTS.map(|of| verdict("almanac_browser_events_total", of)),
            memory: gauge("process_resident_memory_bytes"),
            processor: gauge("process_cpu_seconds_total"),
            handle: recorder.handle(),
            recorder,
        }
    }

    /// What is measured of an operation.
    pub fn timings(&self, method: &str, route: &str) -> Timings {
        let labels = vec![Label::new("method", method.to_owned()), Label::new("route", route.to_owned())];
        let key = Key::from_parts("almanac_http_request_duration_seconds", labels.clone());
        let duration = self.recorder.register_histogram(&key, &ABOUT);
        Timings { labels, duration, answers: STATUSES.map(|_| OnceLock::new()) }
    }

    /// Counts an answer.
    pub fn count(&self, timings: &Timings, status: u16, duration: Duration) {
        timings.duration.record(duration.as_secs_f64());
        let place = STATUSES.iter().position(|known| *known == status).unwrap_or(STATUSES.len() - 1);
        if let Some(answers) = timings.answers.get(place) {
            let counter = answers.get_or_init(|| {
                let known = STATUSES.contains(&status);
                let status = if known { status.to_string() } else { "other".to_owned() };
                let mut labels = timings.labels.clone();
                labels.push(Label::new("status", status));
                self.recorder
                    .register_counter(&Key::from_parts("almanac_http_requests_total", labels), &ABOUT)
            });
            counter.increment(1);
        }
    }

    /// Counts the sessions of a batch.
    pub fn ingested(&self, receipt: &Receipt) {
        add(&self.sessions, [receipt.accepted, receipt.updated, receipt.duplicates, receipt.rejected.len()]);
    }

    /// Counts the events of a batch.
    pub fn synced(&self, receipt: &domain::events::batch::Receipt) {
        add(&self.browsing, [receipt.synced, receipt.duplicates, receipt.rejected.len()]);
    }

    /// Moves what was recorded into the histograms; it grows until then.
    pub fn tidy(&self) {
        self.handle.run_upkeep();
    }

    /// The text.
    pub fn show(&self, live: Figures) -> HttpResponse {
        self.readers.set(f64::from(u32::try_from(live.readers).unwrap_or(u32::MAX)));
        self.events.absolute(live.sent);
        self.dropped.absolute(live.dropped);
        if let Some((memory, processor)) = process() {
            self.memory.set(memory);
            self.processor.set(processor);
        }
        HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(self.handle.render())
    }
}

fn add<const N: usize>(counters: &[Counter; N], counts: [usize; N]) {
    for (counter, count) in counters.iter().zip(counts) {
        counter.increment(u64::try_from(count).unwrap_or(u64::MAX));
    }
}

/// Statuses that are counted; all others are one, at the end.
const STATUSES: [u16; 20] =
    [200, 201, 204, 304, 307, 308, 400, 401, 403, 404, 405, 408, 409, 413, 415, 421, 422, 429, 503, 0];

/// What is measured of one operation.
pub(crate) struct Timings {
    labels: Vec<Label>,
    duration: Histogram,
    answers: [OnceLock<Counter>; STATUSES.len()],
}

/// Bytes of memory and seconds of processor that this process uses, where the system tells (Linux).
fn process() -> Option<(f64, f64)> {
    let memory = std::fs::read_to_string("/proc/self/smaps_rollup").ok()?;
    let kib: u32 = memory
        .lines()
        .find_map(|line| line.strip_prefix("Rss:"))?
        .trim()
        .strip_suffix("kB")?
        .trim()
        .parse()
        .ok()?;
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // After the name, which may hold anything but ends with the last bracket: state is field 3, times 14 and 15.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u32>().ok();
    // A tick is 1/100 s on every Linux there is.
    Some((f64::from(kib) * 1024.0, f64::from(ticks()? + ticks()?) / 100.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_status() {
        let metrics = Metrics::new();
        let timings = metrics.timings("GET", "/devices/{device_id}");
        metrics.count(&timings, 200, Duration::from_millis(2));
        metrics.count(&timings, 200, Duration::from_millis(2));
        metrics.count(&timings, 418, Duration::from_millis(2));
        let text = metrics.handle.render();
        let route = r#"method="GET",route="/devices/{device_id}""#;
        for line in [
            format!("almanac_http_requests_total{{{route},status=\"200\"}} 2"),
            format!("almanac_http_requests_total{{{route},status=\"other\"}} 1"),
            format!("almanac_http_request_duration_seconds_bucket{{{route},le=\"0.0025\"}} 3"),
        ] {
            assert!(text.contains(&line), "{line}\n{text}");
        }
    }

    #[test]
    fn the_process_is_seen() {
        if cfg!(target_os = "linux") {
            let (memory, processor) = process().unwrap();
            assert!(memory > 1e6 && processor >= 0.0);
        }
    }
}
