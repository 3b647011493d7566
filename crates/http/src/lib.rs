//! The HTTP side: routes, extractors, limits, errors, the OpenAPI document, and the dashboard's files.
//!
//! A handler is one statement that calls the service inside [`run`]. This crate deliberately knows neither
//! tables nor connections, and reads neither the clock nor the environment.
//!
//! Start reading at [`gate`] (what happens to every request), then [`devices`] (what a feature looks like).
//!
//! | file | what |
//! | --- | --- |
//! | `gate.rs` | around every request: id, Host, credential, rate limit, answer's headers, log, metrics |
//! | `run.rs` | the one place where blocking work enters actix: places, deadline, panics |
//! | `hashing.rs` | its sibling for passwords, which take long and hold no connection |
//! | `files.rs` | its sibling for files, which take longer than a request does |
//! | `error.rs` | the one place where an error becomes an answer |
//! | `body.rs`, `query.rs` | what comes in, checked |
//! | `refresh_cookie.rs` | the refresh token, where a browser keeps it |
//! | `auth.rs` | who asks: a handler that takes an `Actor` is never reached without one |
//! | `routes.rs`, `document.rs` | what there is, from the handlers themselves |
//! | `sign_in.rs`, `accounts.rs`, `devices.rs`, `usage.rs`, `focus.rs`, `garden.rs`, `leaderboard.rs`, `consumption.rs`, `meters.rs`, `projects.rs`, `time_entries.rs`, `webhooks.rs`, `events.rs`, `analytics.rs`, `insights.rs`, `archive.rs`, `categories.rs`, `live.rs`, `admin.rs`, `health.rs`, `metrics.rs` | the features |

mod accounts;
mod admin;
mod analytics;
mod api;
mod archive;
mod auth;
mod body;
mod categories;
mod consumption;
mod dashboard;
mod devices;
mod document;
mod error;
mod etag;
mod events;
mod files;
mod focus;
mod garden;
mod gate;
mod hashing;
mod health;
mod hosts;
mod insights;
mod leaderboard;
mod limits;
mod live;
mod meters;
mod metrics;
mod projects;
mod query;
mod reader;
mod refresh_cookie;
mod routes;
mod run;
mod serve;
mod settings;
mod sign_in;
mod time_entries;
mod usage;
mod webhooks;

pub use api::Api;
pub use document::openapi;
pub use serve::{Serving, Stopper, serve};
pub use settings::{Network, Settings};
