//! On a real PostgreSQL, with the real intervals of `data/household`.

use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::OnceLock;

use chrono::{Duration, NaiveDate};
use chrono_tz::Tz;
use cluster::{Cluster, Settings};
use domain::accounts::Role;
use domain::consumption::Unit;
use domain::ids::ImportId;
use domain::imports::{FileKind, Import};
use domain::meters::intervals::{Added, Interval, Millionths};
use domain::meters::readings::{ReadingKind, Refusal, Taken, Told};
use persistence::accounts::Person;
use persistence::transaction::{self, Tenant};
use persistence::{Link, connect, consumption, imports, migrate};
use serde_json::Value;
use uuid::Uuid;

use super::*;

static CLUSTER: OnceLock<(Cluster, tempfile::TempDir)> = OnceLock::new();

fn database() -> Link {
    let (cluster, _) = CLUSTER.get_or_init(|| {
        let data = tempfile::tempdir().unwrap();
        // PostgreSQL's own user has to pass where the tests run as root.
        std::fs::set_permissions(data.path(), std::fs::Permissions::from_mode(0o711)).unwrap();
        let cluster = Cluster::start(&Settings::new(data.path())).unwrap();
        migrate(&mut connect(&cluster.url(cluster::DATABASE)).unwrap()).unwrap();
        (cluster, data)
    });
    connect(&cluster.url(cluster::DATABASE)).unwrap()
}

/// A household's account.
struct House {
    user: UserId,
    link: Link,
}

fn now() -> DateTime<Utc> {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn house(zone: Tz) -> House {
    let mut link = database();
    let user = UserId(Uuid::now_v7());
    let person = Person {
        username: "ada",
        email: "ada@example.org",
        name: None,
        first_name: None,
        last_name: None,
        password_hash: "",
        role: Role::User,
    };
    transaction::system(&mut link, |conn| {
        accounts::insert(conn, user, Some(person), &Calendar::in_zone(zone), now())
    })
    .unwrap();
    House { user, link }
}

impl House {
    /// Runs `work` as the account, under its lock.
    fn run<T>(&mut self, work: impl FnOnce(&mut Conn, &Rules) -> Result<T>) -> T {
        let (user, tenant) =
            (self.user, Tenant { user: self.user, device: None, family: None, calendar: None });
        transaction::tenant(&mut self.link, &tenant, |conn| {
            let rules = lock(conn, user, now())?;
            work(conn, &rules)
        })
        .unwrap()
    }

    fn import(&mut self, kind: FileKind) -> Import {
        self.run(|conn, rules| {
            Ok(imports::insert(conn, rules.user, ImportId(new_id()), kind, None, rules.now)?)
        })
    }

    fn meter(&mut self, name: &str, what: ConsumptionType, unit: Unit, import: Import) -> Register {
        self.run(|conn, rules| find_or_add(conn, rules, name, what, unit, import.id))
    }

    fn add(&mut self, meter: &Register, import: Import, intervals: &[Interval]) -> Vec<Added> {
        self.run(|conn, rules| {
            let mut outcomes = vec![];
            for part in intervals.chunks(1000) {
                outcomes.extend(add_intervals(conn, rules, meter, import, part)?);
            }
            let starts = || intervals.iter().map(|one| one.start);
            derive(conn, rules, meter, starts().min().unwrap(), starts().max().unwrap())?;
            Ok(outcomes)
        })
    }

    fn read(&mut self, meter: &Register, import: Option<ImportId>, told: &[Told]) -> Vec<Taken> {
        self.run(|conn, rules| {
            let outcomes = add_readings(conn, rules, meter, import, told)?;
            let instants = || told.iter().map(|one| one.read_at);
            derive(conn, rules, meter, instants().min().unwrap(), instants().max().unwrap())?;
            Ok(outcomes)
        })
    }

    fn forget(&mut self, import: Import) -> usize {
        self.run(|conn, rules| {
            imports::undo(conn, rules.user, import.id, rules.now)?;
            forget_import(conn, rules, import.id)
        })
    }

    /// The records: date, thousandths, whether estimated.
    fn records(&mut self) -> Vec<(NaiveDate, i64, bool)> {
        let mut records = self.run(|conn, rules| Ok(consumption::list_all(conn, rules.user)?));
        records.sort_by_key(|(record, _)| (record.consumption_date, record.id));
        records
            .into_iter()
            .map(|(record, _)| (record.consumption_date, record.amount.thousandths(), record.estimated))
            .collect()
    }
}

fn file(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../data/household").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The intervals of a file of one meter: meter_id, type, unit, start, end, amount.
fn intervals_of(name: &str) -> Vec<Interval> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(&*file(name)).read_to_string(&mut text).unwrap();
    let rows = text.lines().skip(1).map(|line| {
        let [.., start, end, amount] = *line.split(',').collect::<Vec<_>>() else { panic!("{line}") };
        interval(start, end, amount)
    });
    rows.collect()
}

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

fn interval(start: &str, end: &str, amount: &str) -> Interval {
    let (start, end) = (at(start), at(end));
    let (whole, part) = amount.split_once('.').unwrap_or((amount, ""));
    let amount = Millionths::new(format!("{whole}{part:0<6}").parse().unwrap()).unwrap();
    Interval { start, length: u32::try_from((end - start).num_seconds()).unwrap(), amount }
}

fn told(read_at: &str, reading: &str) -> Told {
    Told {
        id: None,
        read_at: at(read_at),
        reading: Amount::read(reading).unwrap(),
        kind: ReadingKind::Reading,
        new_reading: None,
        note: None,
    }
}

fn expected(name: &str) -> Value {
    let all: Value = serde_json::from_slice(&file("expected.json")).unwrap();
    all["files"][name].clone()
}

/// Thousandths of a number with at most three decimals, by its text.
fn thousandths(number: &Value) -> i64 {
    let text = number.to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}{part:0<3}").parse().unwrap()
}

#[track_caller]
fn check_intervals(name: &str, what: ConsumptionType, unit: Unit, backwards: bool) {
    let mut house = house(chrono_tz::Europe::Brussels);
    let import = house.import(FileKind::Intervals);
    let meter = house.meter("one", what, unit, import);
    let mut intervals = intervals_of(name);
    if backwards {
        intervals.reverse();
    }
    assert!(house.add(&meter, import, &intervals).iter().all(|one| *one == Added::New));
    let expected = expected(name);
    let dates: Vec<(NaiveDate, i64, bool)> = expected["per_local_date"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(date, sum)| (date.parse().unwrap(), thousandths(&sum[0]), false))
        .collect();
    assert_eq!(house.records(), dates);
    let hours = house.run(|conn, rules| {
        let ever = (domain::days::FIRST, domain::days::LAST);
        Ok(rows::days::list(conn, rules.user, meter.id, ever)?)
    });
    let mut by_hour = [0; 24];
    for (sum, hour) in hours.iter().flat_map(|(_, hours)| hours.iter().enumerate()) {
        by_hour[sum] += hour.unwrap_or(0);
    }
    let hours: Vec<i64> = by_hour.iter().map(|sum| sum / 1000).collect();
    let expected: Vec<i64> =
        expected["per_local_hour_of_day"].as_array().unwrap().iter().map(thousandths).collect();
    assert_eq!(hours, expected);
    // The same again, as another import, changes nothing.
    let again = house.import(FileKind::Intervals);
    let before = house.records();
    assert!(house.add(&meter, again, &intervals).iter().all(|one| *one == Added::Duplicate));
    assert_eq!(house.records(), before);
}

#[test]
fn real_intervals_add_up_by_date_and_hour() {
    check_intervals("electricity_9afa_hourly_2016.csv.gz", ConsumptionType::Electricity, Unit::KWh, false);
    check_intervals("gas_313b_hourly_2016.csv.gz", ConsumptionType::Gas, Unit::KWh, true);
    check_intervals("water_6616_minute_2015-03.csv.gz", ConsumptionType::Water, Unit::L, false);
}

#[test]
fn the_newest_import_counts_and_undone_it_gives_back_what_was() {
    let mut house = house(chrono_tz::Europe::Brussels);
    let intervals = |amounts: &[&str]| -> Vec<Interval> {
        let hour = |hour: i64| (at("2026-01-01T00:00:00+01:00") + Duration::hours(hour)).to_rfc3339();
        (0..).zip(amounts).map(|(n, amount)| interval(&hour(n), &hour(n + 1), amount)).collect()
    };
    let first = house.import(FileKind::Intervals);
    let meter = house.meter(" Cellar ", ConsumptionType::Electricity, Unit::KWh, first);
    assert_eq!(meter.name, "Cellar");
    assert_eq!(house.meter("Cellar", ConsumptionType::Electricity, Unit::Wh, first), meter);
    house.add(&meter, first, &intervals(&["1", "2", "3"]));
    let empty: Vec<(NaiveDate, i64, bool)> = vec![];
    let on = |thousandths: i64| vec![("2026-01-01".parse::<NaiveDate>().unwrap(), thousandths, false)];
    assert_eq!(house.records(), on(6000));

    let second = house.import(FileKind::Intervals);
    let outcomes = house.add(&meter, second, &intervals(&["1", "2.0004", "3", "4"]));
    assert_eq!(outcomes, [Added::Duplicate, Added::Changed, Added::Duplicate, Added::New]);
    assert_eq!(house.records(), on(10_000));
    let wrong = [interval("2026-01-01T00:30:00+01:00", "2026-01-01T01:30:00+01:00", "9")];
    assert_eq!(house.add(&meter, second, &wrong), [Added::Overlaps]);
    let third = house.import(FileKind::Intervals);
    house.add(&meter, third, &intervals(&["1", "20", "30"]));
    assert_eq!(house.records(), on(55_000));
    // The older of two goes: what it said first is still said by nobody else.
    assert_eq!(house.forget(second), 1);
    assert_eq!(house.records(), on(51_000));
    assert_eq!(house.forget(third), 1);
    assert_eq!(house.records(), on(6000));
    assert_eq!(house.forget(first), 1);
    assert_eq!(house.records(), empty);
    assert_eq!(
        house.run(|conn, rules| Ok(rows::count(conn, rules.user)?)),
        0,
        "the meter went with its import"
    );
}

#[test]
fn a_meter_that_others_use_goes_with_the_last_of_them() {
    let mut house = house(Tz::UTC);
    let (first, second) = (house.import(FileKind::Intervals), house.import(FileKind::Readings));
    let meter = house.meter("Cellar", ConsumptionType::Gas, Unit::M3, first);
    house.add(&meter, first, &[interval("2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z", "1")]);
    house.read(
        &meter,
        Some(second.id),
        &[told("2026-01-01T00:00:00Z", "5"), told("2026-01-03T00:00:00Z", "9")],
    );
    let meters = |house: &mut House| house.run(|conn, rules| Ok(rows::count(conn, rules.user)?));
    // What intervals say of a day counts, and not its readings.
    let dates = |parts: &[(&str, i64, bool)]| -> Vec<(NaiveDate, i64, bool)> {
        parts.iter().map(|(date, part, estimated)| (date.parse().unwrap(), *part, *estimated)).collect()
    };
    assert_eq!(house.records(), dates(&[("2026-01-01", 1000, false), ("2026-01-02", 2000, true)]));
    house.forget(first);
    assert_eq!(house.records(), dates(&[("2026-01-01", 2000, true), ("2026-01-02", 2000, true)]));
    assert_eq!(meters(&mut house), 1);
    house.forget(second);
    assert_eq!((meters(&mut house), house.records().len()), (0, 0));
}

#[test]
fn what_becomes_of_readings() {
    let mut house = house(chrono_tz::Europe::Brussels);
    let import = house.import(FileKind::Readings);
    let meter = house.meter("Cellar", ConsumptionType::Water, Unit::L, import);
    let later = told("2026-11-21T12:05:01Z", "9");
    let outcomes = house.read(
        &meter,
        Some(import.id),
        &[
            told("2026-01-03T00:00:00+01:00", "30"),
            told("2026-01-01T00:00:00+01:00", "10"),
            told("2026-01-01T00:00:00+01:00", "10"),
            told("2026-01-01T00:00:00+01:00", "11"),
            later,
            told("1970-01-01T23:59:59Z", "11"),
        ],
    );
    let [Taken::New(_), Taken::New(id), Taken::Duplicate(same), ..] = outcomes[..] else {
        panic!("{outcomes:?}")
    };
    assert_eq!(id, same);
    let refused = [Refusal::Exists, Refusal::InFuture, Refusal::TooOld].map(Taken::Refused);
    assert_eq!(outcomes[3..], refused);
    assert_eq!(house.records().iter().map(|(_, part, _)| part).sum::<i64>(), 20_000);
    let by_hand = house.read(&meter, None, &[told("2026-01-01T00:00:00+01:00", "10")]);
    assert_eq!(by_hand, [Taken::Duplicate(id)]);
    let of_id = Told { id: Some(id), ..told("2026-01-05T00:00:00+01:00", "50") };
    assert_eq!(house.read(&meter, None, std::slice::from_ref(&of_id)), [Taken::Duplicate(id)]);
    let other = house.meter("Attic", ConsumptionType::Water, Unit::L, import);
    assert_eq!(house.read(&other, None, &[of_id]), [Taken::Refused(Refusal::Elsewhere)]);
}

#[test]
fn real_readings_in_any_order_give_the_same_days() {
    let text = String::from_utf8(file("meter_readings_9afa_weekly.csv")).unwrap();
    let readings: Vec<Told> = text
        .lines()
        .skip(1)
        .map(|line| {
            let [.., read_at, reading] = *line.split(',').collect::<Vec<_>>() else { panic!("{line}") };
            told(read_at, reading)
        })
        .collect();
    let expected = expected("meter_readings_9afa_weekly.csv");
    let mut all: Option<Vec<(NaiveDate, i64, bool)>> = None;
    for step in [1, 7, 23] {
        let mut house = house(chrono_tz::Europe::Brussels);
        let import = house.import(FileKind::Readings);
        let meter = house.meter("9afa", ConsumptionType::Electricity, Unit::KWh, import);
        // One after another, in steps that come to each of the 54 once.
        for n in 0..readings.len() {
            house.read(&meter, None, &readings[n * step % readings.len()..][..1]);
        }
        let records = house.records();
        for between in expected["consumption_between_readings"].as_array().unwrap() {
            let date = |name: &str| -> NaiveDate { between[name].as_str().unwrap()[..10].parse().unwrap() };
            let of = records.iter().filter(|(day, ..)| (date("from")..date("to")).contains(day));
            assert_eq!(of.map(|(_, part, _)| part).sum::<i64>(), thousandths(&between["amount"]));
        }
        let sum: i64 = records.iter().map(|(_, part, _)| part).sum();
        assert_eq!(sum, thousandths(&expected["sum_between_readings"]));
        assert_eq!(all.get_or_insert(records.clone()), &records);
    }
}

#[test]
fn a_name_and_a_unit_must_be_a_meters() {
    let mut house = house(Tz::UTC);
    let import = house.import(FileKind::Intervals);
    let long = "x".repeat(101);
    for (name, what, unit) in [
        ("", ConsumptionType::Gas, Unit::M3),
        (" ", ConsumptionType::Gas, Unit::M3),
        (&long, ConsumptionType::Gas, Unit::M3),
        ("a", ConsumptionType::Electricity, Unit::M3),
    ] {
        let refused = house.run(|conn, rules| Ok(find_or_add(conn, rules, name, what, unit, import.id)));
        assert!(matches!(refused, Err(Error::Invalid(_))), "{name:?}");
    }
}

/// How many rows a second are taken in and derived: `cargo test --release -p almanac-service many_intervals -- --ignored --nocapture`.
#[test]
#[ignore = "it measures"]
fn many_intervals() {
    let mut house = house(chrono_tz::Europe::Brussels);
    let first = at("1971-01-01T00:00:00Z");
    for (name, minutes) in [("hourly", 60), ("quarters", 15), ("minutes", 1)] {
        let import = house.import(FileKind::Intervals);
        let meter = house.meter(name, ConsumptionType::Electricity, Unit::KWh, import);
        let intervals: Vec<Interval> = (0..480_000)
            .map(|n| Interval {
                start: first + Duration::minutes(n * minutes),
                length: u32::try_from(minutes * 60).unwrap(),
                amount: Millionths::new(n * 7919 % 3_000_000).unwrap(),
            })
            .collect();
        house.run(|conn, rules| {
            let began = std::time::Instant::now();
            for part in intervals.chunks(20_000) {
                assert!(add_intervals(conn, rules, &meter, import, part)?.contains(&Added::New));
            }
            let added = began.elapsed();
            derive(conn, rules, &meter, intervals[0].start, intervals[intervals.len() - 1].start)?;
            let all = began.elapsed();
            println!("{name}: {} rows added in {added:?}, with what is derived {all:?}", intervals.len());
            Ok(())
        });
        let again = house.import(FileKind::Intervals);
        house.run(|conn, rules| {
            let began = std::time::Instant::now();
            for part in intervals.chunks(20_000) {
                add_intervals(conn, rules, &meter, again, part)?;
            }
            println!("{name}: the same again in {:?}", began.elapsed());
            Ok(())
        });
        let began = std::time::Instant::now();
        house.forget(import);
        println!("{name}: undone in {:?}", began.elapsed());
    }
}
