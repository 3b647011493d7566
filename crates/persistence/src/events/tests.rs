use std::collections::BTreeMap;

use chrono::{Duration, NaiveDate};
use domain::events::attention::{self, Heard, Place};
use domain::events::days::{BrowserDay, Kept, Tally};
use domain::events::{EventType, NO_DEVICE, sites};

use super::*;
use crate::testing::{account, migrated, now};
use crate::transaction::{Tenant, system, tenant};
use crate::{Error, FEW, Link, accounts};

fn event(number: u128) -> Event {
    let is_whole = number.is_multiple_of(2);
    Event {
        id: EventId(Uuid::from_u128(number * 7919 % 1009)),
        sent_id: is_whole.then(|| format!("event {number}")),
        v: 3,
        what: EventType::named(["NAVIGATION", "Zeile\t\\N 😀"][usize::from(is_whole)]),
        // Some are of the same millisecond.
        occurred_at: now() + Duration::milliseconds(i64::try_from(number / 3).unwrap()),
        tab: is_whole.then_some(-7),
        window: is_whole.then_some(i64::MAX),
        active: is_whole.then_some(true),
        page: is_whole.then(|| sites::Page::read("https://www.a.example/x").unwrap()),
        title: is_whole.then(|| "Title".into()),
    }
}

fn owned(browser: Browser, events: &[Event]) -> Vec<Owned<'_>> {
    let mut all: Vec<Owned<'_>> = (0..)
        .zip(events)
        .map(|(sequence, event)| Owned {
            browser,
            event,
            sequence,
            url: event.page.as_ref().map(|page| page.address(false)),
        })
        .collect();
    all.sort_by_key(Owned::key);
    all
}

fn everything() -> list::Filter {
    let ever = (DateTime::<Utc>::UNIX_EPOCH, DateTime::<Utc>::MAX_UTC);
    list::Filter { from: ever.0, to: ever.1, what: None, hosts: None }
}

fn browser(tenant: &Tenant) -> Browser {
    (tenant.user, tenant.device.unwrap())
}

/// What is handed out one after another: where each stands, and its host.
fn heard(conn: &mut Conn, (user, device): Browser) -> Vec<(Place, Option<String>)> {
    let mut heard = vec![];
    let hear = |of: DeviceId, event: &Heard<'_>| {
        assert_eq!(of, device);
        heard.push((event.place, event.host.map(ToOwned::to_owned)));
    };
    list::each(conn, user, Some(device), DateTime::<Utc>::UNIX_EPOCH, DateTime::<Utc>::MAX_UTC, hear)
        .unwrap();
    heard
}

#[test]
fn what_is_put_in_is_read_as_it_was() {
    let mut link = migrated();
    // Few rows go in by INSERT, more by COPY, very many by several.
    for rows in [1, 32, 33, 900] {
        let tenant = account(&mut link);
        let events: Vec<Event> = (0..rows).map(event).collect();
        let all = owned(browser(&tenant), &events);
        let put = |conn: &mut Conn| {
            if all.len() > FEW { insert(conn, &all) } else { insert_new(conn, &all).map(drop) }
        };
        system(&mut link, put).unwrap();
        assert!(insert_new(&mut link.conn, &all).unwrap().is_empty(), "they are there now");
        let keys: Vec<Key> = all.iter().map(Owned::key).collect();
        assert_eq!(list_known(&mut link.conn, &keys).unwrap().len(), events.len());
        let listed = list::list(&mut link.conn, tenant.user, &everything(), None, 1000).unwrap();
        let by_key: BTreeMap<(DateTime<Utc>, Uuid), &Event> =
            events.iter().map(|event| ((event.occurred_at, event.id.0), event)).collect();
        assert_eq!(listed.len(), by_key.len());
        for ((place, listed), (key, event)) in listed.iter().zip(by_key.iter().rev()) {
            assert_eq!(place, key);
            let id = event.sent_id.clone().unwrap_or_else(|| event.id.to_string());
            assert_eq!((&listed.id, listed.v, listed.what.as_str()), (&id, 3, event.what.as_str()));
            assert_eq!((listed.ts, listed.device_id), (event.occurred_at.timestamp_millis(), tenant.device));
            let payload = &listed.payload;
            assert_eq!(
                (payload.tab_id, payload.window_id, payload.active),
                (event.tab, event.window, event.active)
            );
            assert_eq!(
                (&payload.title, &listed.host),
                (&event.title, &event.page.as_ref().and_then(|page| page.host().map(ToOwned::to_owned)))
            );
            assert_eq!(payload.url.as_deref(), event.page.as_ref().map(|page| page.address(false)));
        }
        let heard = heard(&mut link.conn, browser(&tenant));
        let expected: Vec<(Place, Option<String>)> = (0..)
            .zip(&events)
            .map(|(sequence, event)| {
                let place = Place { at_ms: event.occurred_at.timestamp_millis(), sequence };
                (place, event.page.as_ref().map(|page| page.host().unwrap().to_owned()))
            })
            .collect();
        assert_eq!(heard, expected, "those of the same millisecond as they came");
    }
}

/// Events of pages of these addresses.
fn visits(addresses: &[&str]) -> Vec<Event> {
    let visit = |(number, address): (u128, &&str)| {
        let page = Some(sites::Page::read(address).unwrap());
        Event { id: EventId(Uuid::from_u128(number)), page, ..event(number) }
    };
    (1..).zip(addresses).map(visit).collect()
}

const ADDRESSES: [&str; 11] = [
    "https://a.example/",
    "https://www.a.example:8443/a.b?q",
    "http://www.www.a.example/",
    "https://not-a.example/a.example",
    "http://[::1]/",
    "http://[::1]:8080/x",
    "http://[::12]/",
    "http://192.0.2.1:80/",
    "chrome-extension://abcdef/a.example",
    "Thing://WWW.A.Example/x",
    "file:///a.example",
];

#[test]
fn pages_are_found_by_their_hosts() {
    let mut link = migrated();
    let tenant = account(&mut link);
    let events = visits(&ADDRESSES);
    insert_new(&mut link.conn, &owned(browser(&tenant), &events)).unwrap();
    let host = |event: &Event| event.page.as_ref()?.host().map(ToOwned::to_owned);
    for (hosts, found) in [
        (&["a.example"][..], 3),
        (&["www.a.example"], 1),
        (&["[::1]"], 2),
        (&["[::1]", "192.0.2.1", "abcdef"], 4),
        (&["example", "www", "[::", "file:"], 0),
        (&[], 0),
    ] {
        let hosts: Vec<String> = hosts.iter().map(ToString::to_string).collect();
        let filter = list::Filter { hosts: Some(hosts.clone()), ..everything() };
        let listed = list::list(&mut link.conn, tenant.user, &filter, None, 100).unwrap();
        assert!(listed.iter().all(|(_, event)| hosts.contains(event.host.as_ref().unwrap())));
        assert_eq!(listed.len(), found, "{hosts:?}");
        assert_eq!(events.iter().filter_map(host).filter(|host| hosts.contains(host)).count(), found);
        assert_eq!(list::count(&mut link.conn, tenant.user, &filter).unwrap(), i64::try_from(found).unwrap());
    }
}

#[test]
fn hosts_survive_the_loss_of_their_column_and_its_way_back() {
    #[derive(Debug, PartialEq, diesel::QueryableByName)]
    struct Host {
        #[diesel(sql_type = Nullable<Text>)]
        host: Option<String>,
    }
    let mut link = migrated();
    let tenant = account(&mut link);
    let events = visits(&ADDRESSES);
    insert_new(&mut link.conn, &owned(browser(&tenant), &events)).unwrap();
    let hosts = |link: &mut Link| {
        diesel::sql_query("SELECT host FROM events ORDER BY event_id").load::<Host>(&mut link.conn)
    };
    let mut before = hosts(&mut link);
    while before.is_err() {
        crate::revert(&mut link).unwrap();
        before = hosts(&mut link);
    }
    let host = |event: &Event| Host { host: event.page.as_ref().unwrap().host().map(ToOwned::to_owned) };
    assert_eq!(before.unwrap(), events.iter().map(host).collect::<Vec<_>>());
    // As such addresses were kept before.
    diesel::sql_query("UPDATE events SET url = 'thing://WWW.A.Example' WHERE url LIKE 'thing:%'")
        .execute(&mut link.conn)
        .unwrap();
    crate::migrate(&mut link).unwrap();
    let listed = list::list(&mut link.conn, tenant.user, &everything(), None, 100).unwrap();
    let told: BTreeMap<String, Option<String>> =
        listed.into_iter().map(|(_, event)| (event.id, event.payload.url)).collect();
    for event in &events {
        let id = event.sent_id.clone().unwrap_or_else(|| event.id.to_string());
        assert_eq!(told[&id].as_deref(), event.page.as_ref().map(|page| page.address(false)));
    }
}

#[test]
fn what_another_browser_has_put_in_meanwhile_is_a_named_constraint() {
    let mut link = migrated();
    let tenant = account(&mut link);
    let events: Vec<Event> = (0..100).map(event).collect();
    let all = owned(browser(&tenant), &events);
    insert_new(&mut link.conn, &owned((tenant.user, NO_DEVICE), &events[40..60])).unwrap();
    let done = system(&mut link, |conn| insert(conn, &all));
    assert!(matches!(done, Err(Error::Constraint(name)) if name == "events_pkey"));
    assert_eq!(list::count(&mut link.conn, tenant.user, &everything()).unwrap(), 20);
}

#[test]
fn who_has_events_in_a_time() {
    let mut link = migrated();
    let (ada, bob) = (account(&mut link), account(&mut link));
    insert_new(&mut link.conn, &owned(browser(&ada), &[event(30)])).unwrap();
    let at = now() + Duration::milliseconds(10);
    let ms = Duration::milliseconds(1);
    for (first, last, found) in
        [(at, at, 1), (at - ms, at + ms, 1), (at - ms, at - ms, 0), (at + ms, at + ms, 0)]
    {
        let spans = [(ada.user, first, last), (bob.user, first, last)];
        assert_eq!(list_busy(&mut link.conn, &spans).unwrap().len(), found);
    }
}

fn date(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
}

/// A day; with an end where it has events.
fn day(events: i64) -> BrowserDay {
    let mut day = BrowserDay::default();
    day.hosts.insert("a.example".into(), Tally { duration_ms: 60_000, events, visits: 2 });
    (day.hours[3], day.hours_ms[5]) = (events, 60_000);
    day.coverage.push(1000, 61_000);
    if events > 0 {
        day.types.insert("NAVIGATION".into(), events);
        let mut browser = attention::Browser::default();
        let place = Place { at_ms: events, sequence: 1 };
        let what = EventType::Navigation;
        browser.hear(&Heard { place, what: &what, tab: None, window: None, host: Some("x"), active: None });
        day.end = Some(browser);
    }
    day
}

fn with_days(link: &mut Link) -> Tenant {
    let tenant = account(link);
    let (user, device) = browser(&tenant);
    let days = [(10, 1), (12, 2), (13, 0), (20, 3)]
        .map(|(date_of, events)| ((user, device, date(date_of)), Kept::from(&day(events))));
    days::upsert(&mut link.conn, &days).unwrap();
    insert_new(&mut link.conn, &owned((user, device), &[event(1)])).unwrap();
    tenant
}

#[test]
fn days_are_kept_as_they_are_and_found_by_what_is_before() {
    let mut link = migrated();
    let tenant = with_days(&mut link);
    let (user, device) = browser(&tenant);
    let conn = &mut link.conn;
    let of = (user, device);
    let all: Vec<(NaiveDate, BrowserDay)> =
        days::list_all(conn, user).unwrap().into_iter().map(|((_, date), day)| (date, day)).collect();
    assert_eq!(all, [(10, 1), (12, 2), (13, 0), (20, 3)].map(|(n, events)| (date(n), day(events))));
    let latest = days::list_latest(conn, &[of, (user, NO_DEVICE)]).unwrap();
    assert_eq!(latest, [((user, device, date(20)), Kept::from(&day(3)))]);
    for (before, found) in [(10, None), (11, Some(10)), (13, Some(12)), (20, Some(12)), (21, Some(20))] {
        assert_eq!(days::find_before(conn, of, date(before)).unwrap(), found.map(date), "{before}");
    }
    assert_eq!(days::list_dates(conn, of, date(12)).unwrap(), [date(12), date(20)]);
    assert_eq!(days::find_end(conn, of, date(12)).unwrap(), day(2).end);
    assert_eq!(days::find_end(conn, of, date(13)).unwrap(), None);
    assert_eq!(days::list_ends(conn, user, date(20)).unwrap(), [(device, day(2).end.unwrap())]);
    let sum = days::sum(conn, user, date(11), date(19)).unwrap();
    assert_eq!((sum.events, sum.duration_ms), (2, 120_000));
    assert_eq!(days::list(conn, user, date(11), date(19)).unwrap().len(), 2);
    let contents = days::list_contents(conn, user, (date(1), date(30)), true, false).unwrap();
    let dates: Vec<NaiveDate> = contents.iter().map(|row| row.date).collect();
    assert_eq!(dates, [date(20), date(12), date(10)]);
    assert!(contents.iter().all(|row| row.day.hosts.is_empty() && !row.day.types.is_empty()));

    days::upsert(conn, &[((user, device, date(20)), Kept::from(&day(9)))]).unwrap();
    assert_eq!(days::list_latest(conn, &[of]).unwrap()[0].1, Kept::from(&day(9)));
    days::delete(conn, of, date(12), Some(date(20))).unwrap();
    assert_eq!(days::list_dates(conn, of, date(1)).unwrap(), [date(10), date(20)]);
    days::delete(conn, of, date(20), None).unwrap();
    days::delete_from(conn, user, date(10)).unwrap();
    assert!(days::list_all(conn, user).unwrap().is_empty());
}

#[test]
fn a_day_that_is_damaged_is_not_taken_for_one() {
    let mut link = migrated();
    let tenant = with_days(&mut link);
    diesel::sql_query("UPDATE browser_days SET hosts = '\\x80'").execute(&mut link.conn).unwrap();
    let read = days::list_all(&mut link.conn, tenant.user);
    assert!(matches!(read, Err(Error::Damaged("browser_days"))));
    let (_, latest) = days::list_latest(&mut link.conn, &[browser(&tenant)]).unwrap().remove(0);
    assert_eq!(latest.with(&day(1)), None);
}

/// As if the first wall had a gap: queries are handed another's account.
#[test]
fn with_anothers_id_in_its_filter_a_query_finds_nothing() {
    let mut link = migrated();
    let (alice, bob) = (with_days(&mut link), with_days(&mut link));
    let (user, of) = (bob.user, browser(&bob));
    tenant(&mut link, &alice, |conn| {
        assert!(list::list(conn, user, &everything(), None, 9)?.is_empty());
        assert_eq!(list::count(conn, user, &everything())?, 0);
        assert!(heard(conn, of).is_empty());
        assert!(days::list_all(conn, user)?.is_empty());
        assert!(days::list(conn, user, date(1), date(30))?.is_empty());
        assert!(days::list_contents(conn, user, (date(1), date(30)), true, true)?.is_empty());
        assert_eq!(days::sum(conn, user, date(1), date(30))?.events, 0);
        assert!(days::list_latest(conn, &[of])?.is_empty());
        assert!(days::list_ends(conn, user, date(30))?.is_empty());
        assert_eq!(days::find_before(conn, of, date(30))?, None);
        days::delete_from(conn, user, date(1))
    })
    .unwrap();
    for events in [1_u128, 100] {
        let events: Vec<Event> = (500..500 + events).map(event).collect();
        let added = tenant(&mut link, &alice, |conn| insert_new(conn, &owned(of, &events)));
        assert!(matches!(added, Err(Error::Refused(why)) if why.contains("row-level security")));
    }
    // And nothing of Bob's has changed; nor is his without the second wall taken for Alice's.
    system(&mut link, |conn| -> Result<()> {
        assert_eq!(days::list_all(conn, user)?.len(), 4);
        assert_eq!(list::count(conn, alice.user, &everything())?, 1);
        assert_eq!(days::list(conn, alice.user, date(1), date(30))?.len(), 4);
        Ok(())
    })
    .unwrap();
}

#[test]
fn people_are_locked_while_their_tokens_hold() {
    let mut link = migrated();
    let tenant = account(&mut link);
    let family = domain::ids::FamilyId(Uuid::now_v7());
    let conn = &mut link.conn;
    crate::tokens::insert(conn, tenant.user, family, None, None, now(), now()).unwrap();
    let writer = (tenant.user, Some(family));
    // The tokens of a device are not a person's.
    let of_device = (tenant.user, tenant.family);
    let locked = accounts::lock_writers(conn, &[writer, of_device]).unwrap();
    assert_eq!(locked.into_iter().collect::<Vec<_>>(), [(writer, 1)]);
    crate::tokens::revoke(conn, tenant.user, family, now()).unwrap();
    assert!(accounts::lock_writers(conn, &[writer]).unwrap().is_empty());
}
