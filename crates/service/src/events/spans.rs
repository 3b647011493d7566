//! The pages of a day, one after another.

use std::collections::HashMap;

use chrono::Duration;
use domain::events::NO_DEVICE;
use domain::events::attention::{Browser, SILENCE_MS};
use domain::events::spans::{BrowserSpans, DaySpans, SpansFilter, Watching};
use domain::ids::DeviceId;
use domain::valid::FieldError;
use persistence::events::{days, list};

use crate::Result;
use crate::accounts::with_calendar;
use crate::analytics::{MOST_EVENTS, seen};
use crate::app::{Actor, Context};

/// Which page was in front on a day, from when to when.
///
/// # Errors
/// `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn of_day(cx: &mut Context, actor: &Actor, filter: &SpansFilter) -> Result<DaySpans> {
    with_calendar(cx, actor, |conn, calendar, now| {
        let user = actor.user;
        let elsewhere = seen(calendar, filter.tz.as_deref());
        let seen = elsewhere.as_ref().unwrap_or(calendar);
        let day = seen.day(filter.date.unwrap_or_else(|| seen.date_at(now)));
        // What is known of browsers is kept by days of the account.
        let first = calendar.date_at(day.from);
        let last = calendar.date_at(day.to - Duration::milliseconds(1));
        if days::sum(conn, user, first, last)?.events > MOST_EVENTS {
            let message = "has too many events to be told page by page";
            return Err(FieldError::new("date", message, "TOO_MANY_EVENTS").into());
        }
        let mut browsers: HashMap<DeviceId, Watching> = HashMap::new();
        for (device, browser) in days::list_ends(conn, user, first)? {
            browsers.insert(device, Watching::new(day, browser));
        }
        // What comes within five minutes of the day ends the last page of it.
        let until = calendar.day(last).to.max(day.to + Duration::milliseconds(SILENCE_MS));
        list::each_titled(conn, user, calendar.start(first), until, |device, event, title| {
            let watching = browsers.entry(device).or_insert_with(|| Watching::new(day, Browser::default()));
            watching.hear(event, title);
        })?;
        let devices: Vec<DeviceId> = browsers.keys().copied().collect();
        let later = days::list_later(conn, user, &devices, last)?;
        let names = persistence::devices::names(conn, user)?;
        let devices = browsers.into_iter().map(|(device, watching)| BrowserSpans {
            device_id: Some(device).filter(|device| *device != NO_DEVICE),
            name: names.get(&device).map(|(name, _)| name.clone()),
            spans: watching.finish(later.contains(&device)),
        });
        Ok(DaySpans::new(day.date, seen.current().timezone.name().to_owned(), devices.collect()))
    })
}
