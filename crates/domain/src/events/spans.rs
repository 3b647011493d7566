//! The pages of a day, one after another: which was in front, from when to when.
//!
//! They are made as the day's time is ([`attention`]), and add up to it. What follows without a gap and is of the same
//! page is one span.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::attention::{Browser, Heard, Span};
use super::sites::domain;
use super::*;
use crate::accounts::check_timezone;
use crate::days::Day;

/// Spans that are told at the most.
pub const MOST_SPANS: usize = 10_000;
/// Tabs whose titles are remembered.
const MOST_TITLES: usize = 1000;

/// Which day is asked for.
#[derive(Clone, Debug, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SpansFilter {
    /// The date (today).
    #[validate(custom(function = list::check_date))]
    pub date: Option<NaiveDate>,
    /// IANA time zone to see the day from, in place of the account's.
    #[validate(custom(function = check_timezone))]
    pub tz: Option<String>,
}

/// Time that a page was in front.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PageSpan {
    /// Its first instant.
    pub started_at: DateTime<Utc>,
    /// The first after it.
    pub ended_at: DateTime<Utc>,
    /// The registrable domain; none: pages of none, such as files and extensions.
    #[schema(example = "example.org")]
    pub domain: Option<String>,
    /// The host.
    pub host: Option<String>,
    /// The page's title, where it was told.
    pub title: Option<String>,
}

/// A browser's day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BrowserSpans {
    /// The device; none: what was sent with the person's own token.
    pub device_id: Option<DeviceId>,
    /// What it is called.
    pub name: Option<String>,
    /// In their order.
    pub spans: Vec<PageSpan>,
}

/// The pages of a day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DaySpans {
    /// Which day.
    pub date: NaiveDate,
    /// The zone whose day it is.
    #[schema(example = "Europe/Berlin")]
    pub timezone: String,
    /// Each browser that showed a page on it.
    pub devices: Vec<BrowserSpans>,
    /// Whether these are all spans: 10,000 are told at the most.
    pub complete: bool,
}

/// Follows a browser through a day.
#[derive(Debug)]
pub struct Watching {
    browser: Browser,
    from_ms: i64,
    to_ms: i64,
    /// The titles of tabs, each with the host of its page.
    titles: HashMap<i64, (String, String)>,
    spans: Vec<PageSpan>,
    is_over: bool,
}

impl Watching {
    /// Goes on from what is known of the browser before the day.
    #[must_use]
    pub fn new(day: Day, browser: Browser) -> Watching {
        let (from_ms, to_ms) = (day.from.timestamp_millis(), day.to.timestamp_millis());
        Watching { browser, from_ms, to_ms, titles: HashMap::new(), spans: vec![], is_over: false }
    }

    /// Hears the next event, and the title it told. The first after the day is the last that matters.
    pub fn hear(&mut self, event: &Heard<'_>, title: Option<&str>) {
        if self.is_over {
            return;
        }
        let (shown, tab) = (self.browser.shown(), self.browser.tab_of(event));
        let span = self.browser.hear(event).span;
        if let (Some(span), Some((shown, _))) = (span, shown) {
            self.spend(shown, &span);
        }
        self.is_over = event.place.at_ms >= self.to_ms;
        self.name(tab, event, title);
    }

    /// The spans of the day. What was shown last has its time where the browser was heard of later on.
    #[must_use]
    pub fn finish(mut self, is_heard_later: bool) -> Vec<PageSpan> {
        if is_heard_later
            && !self.is_over
            && let Some((tab, host)) = self.browser.shown()
            && let Some(span) = self.browser.earned(&host, self.to_ms)
        {
            self.spend(tab, &span);
        }
        self.spans
    }

    /// What the page in a tab is called, as far as this event tells.
    fn name(&mut self, tab: i64, event: &Heard<'_>, title: Option<&str>) {
        let known = self.titles.get(&tab).map(|(host, _)| host.clone());
        match (title, event.host.map(ToOwned::to_owned).or_else(|| known.clone())) {
            (Some(title), Some(host)) => {
                if self.titles.len() >= MOST_TITLES {
                    self.titles.clear();
                }
                self.titles.insert(tab, (host, title.to_owned()));
            }
            // Another page, whose title is not known yet.
            (None, host) if *event.what == EventType::Navigation || host != known => {
                self.titles.remove(&tab);
            }
            _ => {}
        }
    }

    /// Adds time to the day, as far as it is on it.
    fn spend(&mut self, tab: i64, span: &Span) {
        let (from_ms, to_ms) = (span.from_ms.max(self.from_ms), span.to_ms.min(self.to_ms));
        let instants = (DateTime::from_timestamp_millis(from_ms), DateTime::from_timestamp_millis(to_ms));
        let (Some(started_at), Some(ended_at)) = instants else { return };
        if ended_at <= started_at {
            return;
        }
        let host = Some(span.host.to_string()).filter(|host| !host.is_empty());
        let title =
            self.titles.get(&tab).filter(|(host, _)| **host == *span.host).map(|(_, title)| title.clone());
        if let Some(last) = self.spans.last_mut()
            && last.ended_at == started_at
            && last.host == host
            && (last.title == title || last.title.is_none())
        {
            (last.ended_at, last.title) = (ended_at, title);
        } else if self.spans.len() <= MOST_SPANS {
            let domain = domain(&span.host).map(ToOwned::to_owned);
            self.spans.push(PageSpan { started_at, ended_at, domain, host, title });
        }
    }
}

impl DaySpans {
    /// The day, from the spans of each browser.
    #[must_use]
    pub fn new(date: NaiveDate, timezone: String, mut devices: Vec<BrowserSpans>) -> DaySpans {
        devices.retain(|device| !device.spans.is_empty());
        devices.sort_by_key(|device| device.device_id);
        let mut left = MOST_SPANS;
        let mut complete = true;
        for device in &mut devices {
            complete &= device.spans.len() <= left;
            device.spans.truncate(left);
            left -= device.spans.len();
        }
        DaySpans { date, timezone, devices, complete }
    }
}

#[cfg(test)]
mod tests;
