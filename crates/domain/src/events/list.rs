//! Events as a list, and what the domains they are of add up to.

use chrono::NaiveDate;
use foldhash::HashMap;
use serde::Deserialize;
use utoipa::IntoParams;
use validator::{Validate, ValidationError};

use super::days::{Packed, Tally};
use super::sites::{domain, plain_host};
use super::*;
use crate::days::{FIRST, LAST};
use crate::ids::DeviceId;
use crate::numbers::Seconds;
use crate::valid::FieldError;

/// Hosts of a domain that are shown at the most.
const MOST_HOSTS: usize = 100;

/// Which events are asked for.
#[derive(Clone, Debug, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EventsFilter {
    /// From this date of the account on.
    #[validate(custom(function = check_date))]
    pub start_date: Option<NaiveDate>,
    /// Up to this date, with it.
    #[validate(custom(function = check_date))]
    pub end_date: Option<NaiveDate>,
    /// Of this type only.
    #[serde(rename = "type")]
    #[param(example = "TAB_ACTIVATED")]
    pub what: Option<String>,
    /// Of pages of this registrable domain, or of this host.
    #[param(example = "example.org")]
    pub domain: Option<String>,
}

impl EventsFilter {
    /// That it may be asked.
    ///
    /// # Errors
    /// Its dates end before they begin.
    pub fn check(&self) -> Result<(), FieldError> {
        match (self.start_date, self.end_date) {
            (Some(first), Some(last)) if last < first => {
                Err(FieldError::new("start_date", "is after end_date", "ENDS_BEFORE_START"))
            }
            _ => Ok(()),
        }
    }

    /// Its first and last date.
    #[must_use]
    pub fn dates(&self) -> (NaiveDate, NaiveDate) {
        (self.start_date.unwrap_or(FIRST), self.end_date.unwrap_or(LAST))
    }

    /// Whether pages of this host are asked for.
    #[must_use]
    pub fn wants(&self, host: &str) -> bool {
        self.domain.as_ref().is_none_or(|wanted| {
            let wanted = plain_host(wanted);
            !host.is_empty() && (host == wanted || domain(host) == Some(&wanted))
        })
    }
}

pub(super) fn check_date(date: &NaiveDate) -> Result<(), ValidationError> {
    if (FIRST..=LAST).contains(date) {
        return Ok(());
    }
    Err(ValidationError::new("DATE_INVALID").with_message("is not of the years 1970 to 9999".into()))
}

/// An event in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = BrowserEvent)]
pub struct Listed {
    /// As it was sent.
    #[serde(rename = "_id")]
    pub id: String,
    /// The version of the extension's format.
    pub v: i32,
    /// What happened.
    #[serde(rename = "type")]
    #[schema(example = "TAB_ACTIVATED")]
    pub what: String,
    /// When, in milliseconds since 1970.
    pub ts: i64,
    /// The device that reported it; none where the person's own token did.
    pub device_id: Option<DeviceId>,
    /// What it was about.
    pub payload: ListedPayload,
    /// The host of its page, without a `www.` before it.
    pub host: Option<String>,
    /// The registrable domain of its page.
    pub domain: Option<String>,
}

/// What an event was about.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BrowserEventPayload)]
pub struct ListedPayload {
    /// The tab's number in its browser.
    pub tab_id: Option<i64>,
    /// The window's number in its browser.
    pub window_id: Option<i64>,
    /// The address as it is kept.
    pub url: Option<String>,
    /// The page's title.
    pub title: Option<String>,
    /// Whether the tab is the active one of its window, where that was told.
    pub active: Option<bool>,
}

/// Events of an account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Events {
    /// Newest first.
    pub events: Vec<Listed>,
    /// How many the filter selects.
    pub total: i64,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

/// How many events there are.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct EventsCount {
    /// How many the filter selects.
    pub count: i64,
}

/// Which domains are asked for.
#[derive(Clone, Debug, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DomainsFilter {
    /// Domains at the most, 1 to 1000 (100).
    #[validate(range(min = 1, max = 1000, code = "LIMIT_INVALID", message = "must be 1 to 1000"))]
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<usize>,
    /// Days that end today, 1 to 366 (7).
    #[validate(range(min = 1, max = 366, code = "DAYS_INVALID", message = "must be 1 to 366"))]
    #[param(minimum = 1, maximum = 366)]
    pub days: Option<i64>,
}

/// A host's part of the figures.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HostFigure {
    /// The host; none: pages without one, such as files.
    pub host: Option<String>,
    /// Events that name a page of it.
    pub count: i64,
    /// How often a page of it came to the front.
    pub visits: i64,
    /// Its time in front.
    pub seconds: Seconds,
}

/// A domain's part of the figures.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DomainFigure {
    /// The registrable domain; none: pages of none, such as files and extensions.
    #[schema(example = "example.org")]
    pub domain: Option<String>,
    /// Its hosts, the one with the most time first, 100 at the most.
    pub hosts: Vec<HostFigure>,
    /// Events that name a page of it.
    pub count: i64,
    /// How often a page of it came to the front.
    pub visits: i64,
    /// Its time in front.
    pub seconds: Seconds,
}

/// Domains of an account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Domains {
    /// The one with the most time first.
    pub domains: Vec<DomainFigure>,
}

/// What hosts add up to. Days have many hosts in common, and few of them have to be looked up for their domain.
#[derive(Clone, Debug, Default)]
pub struct Hosts<'a>(HashMap<&'a str, Tally>);

impl<'a> Hosts<'a> {
    /// Those of these days or months together, as they are stored.
    pub fn of(stored: impl IntoIterator<Item = &'a [u8]>) -> Hosts<'a> {
        let mut hosts: HashMap<&str, Tally> = HashMap::default();
        for (host, tally) in stored.into_iter().flat_map(days::decode_hosts) {
            hosts.entry(host).or_default().add(tally);
        }
        Hosts(hosts)
    }

    /// What each domain adds up to, the one with the most time first, then the one with the most events, then by name.
    #[must_use]
    pub fn by_domain(&self) -> Vec<(Option<&'a str>, Tally)> {
        let mut domains: HashMap<Option<&str>, Tally> = HashMap::default();
        for (host, tally) in &self.0 {
            domains.entry(domain(host)).or_default().add(*tally);
        }
        let mut domains: Vec<_> = domains.into_iter().collect();
        domains.sort_unstable_by_key(|(domain, tally)| place(*tally, *domain));
        domains
    }
}

impl Domains {
    /// The first `limit` of what these days have.
    #[must_use]
    pub fn new(days: &[Packed], limit: usize) -> Domains {
        let all = Hosts::of(days.iter().map(|day| day.hosts.as_slice()));
        let mut hosts: HashMap<Option<&str>, Vec<(&str, Tally)>> = HashMap::default();
        for (host, tally) in &all.0 {
            hosts.entry(domain(host)).or_default().push((host, *tally));
        }
        let mut domains = vec![];
        for (domain, Tally { duration_ms, events, visits }) in all.by_domain().into_iter().take(limit) {
            let mut hosts = hosts.remove(&domain).unwrap_or_default();
            hosts.sort_unstable_by_key(|(host, tally)| place(*tally, Some(host)));
            domains.push(DomainFigure {
                domain: domain.map(ToOwned::to_owned),
                hosts: hosts.into_iter().take(MOST_HOSTS).map(HostFigure::new).collect(),
                count: events,
                visits,
                seconds: Seconds(duration_ms),
            });
        }
        Domains { domains }
    }
}

impl HostFigure {
    fn new((host, tally): (&str, Tally)) -> HostFigure {
        HostFigure {
            host: Some(host.to_owned()).filter(|host| !host.is_empty()),
            count: tally.events,
            visits: tally.visits,
            seconds: Seconds(tally.duration_ms),
        }
    }
}

/// Where something with a name stands among its like.
fn place(tally: Tally, name: Option<&str>) -> (std::cmp::Reverse<(i64, i64)>, Option<&str>) {
    (std::cmp::Reverse((tally.duration_ms, tally.events)), name)
}
