//! Ten weeks of a student's tracked time.
//!
//! What was done when, on which project and with which tags is the student's own. For whom a project is, its colour and
//! what an hour costs are ours, so that reports have something to tell; the file says of nothing that it is to be paid.

use std::fmt;

use chrono::NaiveTime;
use indicatif::HumanCount;

use super::*;
use crate::upload::Person;

const ENTRIES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/toggl_student_2024_spring.csv.gz"));
/// Where they were lived.
const ZONE: Tz = Tz::America__Denver;
/// Days that are there after the first run: two months stand beside each other.
pub(super) const TEN_WEEKS: u64 = 70;

/// A project of the file.
struct Project {
    title: &'static str,
    client: &'static str,
    color: &'static str,
    /// Of those that are to be paid.
    hourly_rate: Option<&'static str>,
}

const PROJECTS: [Project; 5] = [
    Project { title: "Cryptography", client: "University", color: "0", hourly_rate: None },
    Project { title: "Network Sciences", client: "University", color: "2", hourly_rate: None },
    Project { title: "Social Media and Misinformation", client: "University", color: "4", hourly_rate: None },
    Project { title: "Beyond CPUs", client: "University", color: "6", hourly_rate: None },
    Project {
        title: "Practicum - My Practicum",
        client: "Host institute",
        color: "3",
        hourly_rate: Some("24.50"),
    },
];

/// What was sent.
pub struct Sent(u64);

impl fmt::Display for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} entries", HumanCount(self.0))
    }
}

/// The last days of the term, each entry as the end of its line in the file that is imported.
pub(super) fn entries() -> anyhow::Result<Rotation> {
    #[derive(Deserialize)]
    struct Row {
        #[serde(rename = "Project")]
        project: String,
        #[serde(rename = "Description")]
        description: String,
        #[serde(rename = "Start date")]
        start_date: NaiveDate,
        #[serde(rename = "Start time")]
        start_time: NaiveTime,
        #[serde(rename = "End date")]
        end_date: NaiveDate,
        #[serde(rename = "End time")]
        end_time: NaiveTime,
        #[serde(rename = "Tags")]
        tags: String,
    }
    let mut sessions = vec![];
    for row in csv::Reader::from_reader(GzDecoder::new(ENTRIES)).into_deserialize() {
        let Row { project, description, start_date, start_time, end_date, end_time, tags } = row?;
        let known = PROJECTS.iter().find(|known| known.title == project);
        let client = known.map_or("", |known| known.client);
        let billable = known.is_some_and(|known| known.hourly_rate.is_some()).to_string();
        let mut line = csv::Writer::from_writer(vec![]);
        line.write_record([project.as_str(), client, &description, &tags, &billable])?;
        let line = String::from_utf8(line.into_inner()?)?;
        let at = |date: NaiveDate, time| instant(date.and_time(time), ZONE);
        if let Some((start, end)) = at(start_date, start_time).zip(at(end_date, end_time)) {
            sessions.push((line, start, end));
        }
    }
    Ok(Rotation::of(sessions, ZONE, TEN_WEEKS))
}

/// What somebody is to have by now, as a file that can be imported.
pub(super) fn file(
    entries: &Rotation,
    newest: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    zone: Tz,
) -> String {
    let ended = entries.placed(newest, now, zone, TEN_WEEKS).filter(|(_, _, end)| *end <= now);
    let line = |(line, start, end): (&str, DateTime<Utc>, DateTime<Utc>)| {
        format!("{},{},{line}", start.to_rfc3339(), end.to_rfc3339())
    };
    let header = "start_time,end_time,project,client,description,tags,billable\n";
    std::iter::once(header.to_owned()).chain(ended.map(line)).collect()
}

/// Sends what somebody is to have by now. What they have already stays as it is.
pub fn load(server: &Server, person: &Person, now: DateTime<Utc>, zone: Tz) -> anyhow::Result<Sent> {
    #[derive(Deserialize)]
    struct Projects {
        projects: Vec<Titled>,
    }
    #[derive(Deserialize)]
    struct Titled {
        title: String,
    }
    #[derive(Deserialize)]
    struct Page {
        time_entries: Vec<Listed>,
    }
    #[derive(Deserialize)]
    struct Listed {
        start_time: DateTime<Utc>,
    }
    #[derive(Deserialize)]
    struct Report {
        imported: u64,
    }
    let known = server.get::<Projects>(person, "/projects?limit=1000")?.projects;
    for Project { title, client, color, hourly_rate } in PROJECTS {
        if !known.iter().any(|known| known.title == title) {
            let project =
                json!({"title": title, "client": client, "color": color, "hourly_rate": hourly_rate});
            server.post(person, "/projects", &project)?;
        }
    }
    let newest = server.get::<Page>(person, "/time-entries?limit=1")?.time_entries;
    let file = file(&entries()?, newest.first().map(|one| one.start_time), now, zone);
    let path = "/time-entries/import?file_name=demo.csv";
    let Report { imported } = server.post_csv(person, path, file.as_bytes())?;
    Ok(Sent(imported))
}
