//! Insights: what figures say in words, by this program or by a provider that the account has chosen.
//!
//! Whoever asks for a text gets what is kept where the figures are still those it was made from. Else it is made: the
//! built-in text at once; a provider's by the one request that takes the row ([`prepare`]), asks without a transaction or a
//! connection ([`ask`]) and keeps the reply ([`keep`]). Whatever goes wrong with a provider, the built-in text stands.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use domain::days::Calendar;
use domain::ids::UserId;
use domain::insights::prompt::{self, INSTRUCTIONS};
use domain::insights::span::{Asked, Rows, Span};
use domain::insights::{Data, Fallback, Kind, Preview, Provider, Reason, Text, Written, answer, builtin};
use domain::{consumption, live};
use persistence::focus::Filter;
use persistence::insights::{self as texts, Key, Stored};
use persistence::{Conn, accounts, consumption as household, events, focus, usage};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::accounts::with_categories;
use crate::app::{Actor, App, Context};
use crate::error::missing;
use crate::{Error, Result};

mod breaker;
mod protocol;
pub mod providers;

/// Sessions of focus that are looked at.
const MOST_SESSIONS: i64 = 20_000;
/// How long a text of a period that is not over stands, though its figures change.
const STANDS: TimeDelta = TimeDelta::hours(1);
/// How long a provider is left alone with a text that it failed to write, and with one that was refused.
const FAILED: TimeDelta = TimeDelta::minutes(1);
const REFUSED: TimeDelta = TimeDelta::hours(1);

/// Which text is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// What.
    pub kind: Kind,
    /// Of the day, or of the week that holds it (today).
    pub date: Option<NaiveDate>,
    /// Of so many days.
    pub days: Option<i64>,
}

/// How far a text has come.
pub enum Step {
    /// It is there.
    Ready(Value),
    /// Somebody else is asking for it: the built-in text, for who does not wait.
    Taken(Value),
    /// The provider is to be asked.
    Ask(Box<Call>),
}

/// What a provider is to be asked.
pub struct Call {
    key: Key,
    data: Data,
    message: String,
    fingerprint: Vec<u8>,
}

impl Call {
    fn builtin(self, reason: Reason, now: DateTime<Utc>) -> Result<Value> {
        let fallback = Some(Fallback { provider: self.key.provider, reason });
        let written = Written { provider: Provider::Builtin, fallback, generated_at: now, cached: false };
        let text = builtin::write(&self.data);
        document(self.key.kind, self.data, text, written)
    }
}

fn document(kind: Kind, data: Data, text: Text, written: Written) -> Result<Value> {
    answer(kind, data, text, written).map_err(|error| Error::Internal(error.to_string()))
}

/// The text that is kept, the built-in one, or what has to be asked.
///
/// # Errors
/// `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn prepare(cx: &mut Context, actor: &Actor, wanted: Wanted) -> Result<Step> {
    let app = cx.app.clone();
    let (step, is_new) = with_categories(cx, actor, |conn, calendar, categories, now| {
        let asked = Asked::new(wanted.kind, calendar, calendar.date_at(now), wanted.date, wanted.days);
        let rows = gather(conn, actor.user, calendar, asked)?;
        let data = Data::of(Span::new(calendar, categories, asked, &rows));
        // Of nothing there is nothing to write, nor to keep.
        if data.is_empty() {
            let written =
                Written { provider: Provider::Builtin, fallback: None, generated_at: now, cached: false };
            let text = builtin::write(&data);
            return Ok((Step::Ready(document(wanted.kind, data, text, written)?), false));
        }
        let provider = chosen(conn, actor.user, &app)?;
        let days = i32::try_from(asked.days()).unwrap_or(i32::MAX);
        let key = Key { kind: wanted.kind, date: asked.last, days, provider };
        let message = prompt::message(wanted.kind, &data);
        let fingerprint = fingerprint(&app, provider, &message);
        decide(conn, actor.user, &app, Call { key, data, message, fingerprint }, now)
    })?;
    if is_new {
        cx.announce(actor.user, live::Kind::InsightReady, actor.user);
    }
    Ok(step)
}

/// What is to be done for a text, and whether a new one was kept.
fn decide(conn: &mut Conn, user: UserId, app: &App, call: Call, now: DateTime<Utc>) -> Result<(Step, bool)> {
    let key = call.key;
    match texts::find(conn, user, key) {
        Ok(stored) => {
            if let Some(document) = standing(&stored, &call, now) {
                return Ok((Step::Ready(document), false));
            }
        }
        Err(persistence::Error::NotFound) => {}
        Err(error) => return Err(error.into()),
    }
    if key.provider == Provider::Builtin {
        let written = Written { provider: key.provider, fallback: None, generated_at: now, cached: false };
        let text = builtin::write(&call.data);
        let document = document(key.kind, call.data, text, written)?;
        texts::upsert(conn, user, key, &call.fingerprint, &document, now)?;
        return Ok((Step::Ready(document), true));
    }
    let instead = |call: Call, reason| Ok((Step::Ready(call.builtin(reason, now)?), false));
    if let Err(reason) = app.providers().admits(key.provider) {
        return instead(call, reason);
    }
    // What is read under the lock is so until the end: who had it before may have taken the row, or written.
    let stored = texts::lock(conn, user, key, now)?;
    if let Some(document) = standing(&stored, &call, now) {
        return Ok((Step::Ready(document), false));
    }
    if stored.taken_until.is_some_and(|until| now < until) {
        return match stored.failure {
            Some(reason) => instead(call, reason),
            None => Ok((Step::Taken(call.builtin(Reason::Pending, now)?), false)),
        };
    }
    let today = now.date_naive();
    let month = today.with_day(1).unwrap_or(today);
    if !texts::count_call(conn, user, month, app.providers().monthly_calls())? {
        return instead(call, Reason::Budget);
    }
    texts::take(conn, user, key, now + app.providers().longest())?;
    Ok((Step::Ask(Box::new(call)), false))
}

/// The text that is kept, where it stands.
fn standing(stored: &Stored, call: &Call, now: DateTime<Utc>) -> Option<Value> {
    let is_same = stored.fingerprint == call.fingerprint;
    let may_differ = call.key.provider != Provider::Builtin && !call.data.is_over;
    let stands = is_same || (may_differ && now < stored.generated_at + STANDS);
    if !stands {
        return None;
    }
    let mut document = stored.document.clone()?;
    document.as_object_mut()?.insert("cached".into(), json!(true));
    Some(document)
}

/// Asks the provider. It holds no connection, and takes no longer than the provider may.
///
/// # Errors
/// Why the built-in text stands.
pub async fn ask(app: &App, call: &Call) -> std::result::Result<Text, Reason> {
    let reply = app.providers().ask(call.key.provider, INSTRUCTIONS, &call.message).await?;
    prompt::read(&reply, &call.data).inspect_err(|reason| {
        log::warn!("insights: what {} wrote is {}", call.key.provider.as_str(), reason.as_str());
    })
}

/// Keeps what the provider wrote; where it wrote nothing, the built-in text is the answer.
///
/// # Errors
/// `Unauthenticated`, `Unavailable`.
pub fn keep(
    cx: &mut Context,
    actor: &Actor,
    call: Call,
    said: std::result::Result<Text, Reason>,
) -> Result<Value> {
    let (now, user, key) = (cx.now, actor.user, call.key);
    match said {
        Ok(text) => {
            let written =
                Written { provider: key.provider, fallback: None, generated_at: now, cached: false };
            let document = document(key.kind, call.data, text, written)?;
            cx.tenant(actor, |conn| Ok(texts::upsert(conn, user, key, &call.fingerprint, &document, now)?))?;
            cx.announce(user, live::Kind::InsightReady, user);
            Ok(document)
        }
        Err(reason) => {
            let until = now + if reason == Reason::Refused { REFUSED } else { FAILED };
            cx.tenant(actor, |conn| Ok(texts::fail(conn, user, key, reason, until)?))?;
            call.builtin(reason, now)
        }
    }
}

/// What a provider would be sent. Nothing is sent, and nothing kept.
///
/// # Errors
/// `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn preview(cx: &mut Context, actor: &Actor, wanted: Wanted) -> Result<Preview> {
    let app = cx.app.clone();
    with_categories(cx, actor, |conn, calendar, categories, now| {
        let asked = Asked::new(wanted.kind, calendar, calendar.date_at(now), wanted.date, wanted.days);
        let rows = gather(conn, actor.user, calendar, asked)?;
        let data = Data::of(Span::new(calendar, categories, asked, &rows));
        let provider = chosen(conn, actor.user, &app)?;
        let (host, model) = app.providers().address(provider).unzip();
        Ok(Preview {
            provider,
            providers: app.providers().all(),
            host,
            model,
            instructions: INSTRUCTIONS.to_owned(),
            message: prompt::message(wanted.kind, &data),
        })
    })
}

/// Who writes for an account. A provider that is no longer set up does not.
fn chosen(conn: &mut Conn, user: UserId, app: &App) -> Result<Provider> {
    let settings = accounts::find_settings(conn, user).map_err(missing("account"))?;
    let chosen = settings.insights.provider.unwrap_or(app.providers().default());
    Ok(if app.providers().has(chosen) { chosen } else { Provider::Builtin })
}

/// Of all that a text is made from: it changes when any of that does.
fn fingerprint(app: &App, provider: Provider, message: &str) -> Vec<u8> {
    let model = app.providers().address(provider).map(|(_, model)| model).unwrap_or_default();
    Sha256::digest(format!("{} {model}\n{INSTRUCTIONS}\n{message}", prompt::VERSION)).to_vec()
}

fn gather(conn: &mut Conn, user: UserId, calendar: &Calendar, asked: Asked) -> Result<Rows> {
    let (before, last) = (asked.before(), asked.last);
    let started =
        Filter { from: Some(calendar.start(before)), to: Some(calendar.day(last).to), completed: None };
    let taken = household::days::list(conn, user, &consumption::ConsumptionType::ALL, (before, last))?;
    let dated = taken.into_iter().filter_map(|(what, place, sum)| {
        let date = before.checked_add_days(Days::new(u64::try_from(place).ok()?))?;
        Some((what, date, sum.total))
    });
    Ok(Rows {
        usage: usage::figures::find(conn, user, None, before, before, last)?,
        browsers: events::days::list(conn, user, before, last)?,
        focus: focus::list(conn, user, &started, None, MOST_SESSIONS)?,
        household: dated.collect(),
    })
}
