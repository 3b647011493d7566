//! One row after another, each read by itself and by where in the order of times it stands.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::study::Plan;
use super::times::{duration, times, told};
use super::{TimeColumnMeans as Means, TimeSampleRow};
use crate::csv::dates::{self, DateOrder, Told};
use crate::csv::local::Sequence;
use crate::csv::{Fault, Row, write};
use crate::days::Calendar;
use crate::ids::TimeEntryId;
use crate::instants::{AHEAD, EARLIEST};
use crate::projects::{CLIENT, TITLE};
use crate::text::{self, TextError};
use crate::time_entries::{DESCRIPTION, LONGEST, check_tags, tidy};

/// What ids are made from of entries that have none.
const ROWS: Uuid = Uuid::from_u128(0x8a3c_41d7_92fe_4c0b_8e15_d26b_7f90_3ab4);

/// What a row tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its id, or one made of what it says: a row that says the same is the same entry.
    pub id: TimeEntryId,
    /// When it began.
    pub start: DateTime<Utc>,
    /// When it ended.
    pub end: DateTime<Utc>,
    /// The title of its project, and its client.
    pub project: Option<(String, Option<String>)>,
    /// What was done.
    pub description: Option<String>,
    /// What it is about.
    pub tags: Vec<String>,
    /// Whether it is to be paid.
    pub billable: bool,
}

/// Reads rows.
pub struct Reader<'a> {
    plan: &'a Plan,
    calendar: Calendar,
    now: DateTime<Utc>,
    sequence: Sequence,
}

impl<'a> Reader<'a> {
    /// Of a file that was studied; `calendar` is the one by whose clocks its times are told.
    #[must_use]
    pub fn new(plan: &'a Plan, calendar: Calendar, now: DateTime<Utc>) -> Reader<'a> {
        Reader { plan, calendar, now, sequence: Sequence::default() }
    }

    /// What a row tells; nothing where it is blank.
    ///
    /// # Errors
    /// Why it cannot be taken.
    pub fn read(&mut self, row: &Row<'_>) -> Result<Option<Line>, Fault> {
        if row.is_empty() {
            return Ok(None);
        }
        let columns = self.plan.columns.count();
        if (columns..row.len()).any(|place| !row.cell(place).is_empty()) {
            let message = format!("has {} cells, and the header {columns}", row.len());
            return Err(Fault::new("TOO_MANY_CELLS", message));
        }
        let (start, end) = self.times(row)?;
        let title = self.text(row, Means::Project, "project", TITLE)?;
        let client = self.text(row, Means::Client, "client", CLIENT)?;
        let task = self.text(row, Means::Task, "task", DESCRIPTION)?;
        let description = self.text(row, Means::Description, "description", DESCRIPTION)?;
        let description = match (task, description) {
            (Some(task), Some(description)) => Some(format!("{task}: {description}")),
            (task, description) => task.or(description),
        };
        checked(description.as_deref().unwrap_or_default(), "description", DESCRIPTION)?;
        let tags = self.tags(row)?;
        let billable = is_yes(&self.cell(row, Means::Billable));
        let project = title.map(|title| (title, client));
        let id = self.cell(row, Means::Id);
        let id = match Uuid::try_parse(&id) {
            Ok(id) => TimeEntryId(id),
            // Other programs have ids of their own.
            Err(_) => row_id(start, end, project.as_ref(), description.as_deref(), &tags, billable),
        };
        Ok(Some(Line { id, start, end, project, description, tags, billable }))
    }

    fn cell(&self, row: &Row<'_>, means: Means) -> String {
        self.plan.columns.place(means).map(|place| row.cell(place).into_owned()).unwrap_or_default()
    }

    fn told(&self, row: &Row<'_>, means: Means, name: &str) -> Result<Option<Told>, Fault> {
        let cell = self.cell(row, means);
        if cell.is_empty() {
            return Ok(None);
        }
        let told = dates::read(&cell, self.plan.date_order, self.plan.date_order_is_told);
        told.map(Some).ok_or_else(|| {
            let order = match self.plan.date_order {
                DateOrder::Ymd => "2026-12-31",
                DateOrder::Dmy => "31/12/2026",
                DateOrder::Mdy => "12/31/2026",
            };
            let message = format!("{name}: {:?} is no date or time as {order} is one", shown(&cell));
            Fault::new("DATE_INVALID", message)
        })
    }

    fn times(&mut self, row: &Row<'_>) -> Result<(DateTime<Utc>, DateTime<Utc>), Fault> {
        let date = self.told(row, Means::Date, "date")?;
        let start_date = self.told(row, Means::StartDate, "start date")?.or(date);
        let start_time = self.told(row, Means::StartTime, "start")?;
        let start = match told(start_date, start_time) {
            None => return Err(Fault::plain("DATE_MISSING", "does not tell its date")),
            Some(Told::Date(_)) => return Err(Fault::plain("TIME_MISSING", "does not tell when it began")),
            Some(start) => start,
        };
        let end_date = self.told(row, Means::EndDate, "end date")?;
        // A time alone is of the date of the beginning, or of the next.
        let end_time = self.told(row, Means::EndTime, "end")?;
        let end = told(end_date, end_time).or(end_time).filter(|end| !matches!(end, Told::Date(_)));
        let length = self.cell(row, Means::Duration);
        let (calendar, newest_first) = (&self.calendar, self.plan.newest_first);
        let found = times(&mut self.sequence, calendar, newest_first, start, end, duration(&length))?;
        let millisecond =
            |at: DateTime<Utc>| DateTime::from_timestamp_millis(at.timestamp_millis()).unwrap_or(at);
        let (start, end) = (millisecond(found.0), millisecond(found.1));
        if start < EARLIEST {
            return Err(Fault::plain("TIME_TOO_OLD", "start: is before the year 2000"));
        }
        if start.max(end) > self.now + AHEAD {
            return Err(Fault::plain("TIME_IN_FUTURE", "end: is in the future"));
        }
        if end - start > LONGEST || end - start < TimeDelta::zero() {
            return Err(Fault::plain("TOO_LONG", "end: is over 999 hours after the start"));
        }
        Ok((start, end))
    }

    fn text(&self, row: &Row<'_>, means: Means, name: &str, most: usize) -> Result<Option<String>, Fault> {
        let Some(place) = self.plan.columns.place(means) else { return Ok(None) };
        let text = write::plain(row.cell(place));
        checked(&text, name, most)?;
        Ok(text::given(Some(&text)))
    }

    fn tags(&self, row: &Row<'_>) -> Result<Vec<String>, Fault> {
        let Some(place) = self.plan.columns.place(Means::Tags) else { return Ok(vec![]) };
        let cell = write::plain(row.cell(place));
        // Some files have a comma too many.
        let tags = tidy(&cell.split(',').map(ToOwned::to_owned).collect::<Vec<_>>());
        match check_tags(&tags) {
            Ok(()) => Ok(tags),
            Err(error) => {
                let message = format!("tags: {}", error.message.unwrap_or_default());
                Err(Fault::new("TAGS_INVALID", message))
            }
        }
    }
}

impl Line {
    /// As it is shown.
    #[must_use]
    pub fn sample(&self, line: u64) -> TimeSampleRow {
        let (project, client) = self.project.clone().unzip();
        TimeSampleRow {
            line,
            start_time: self.start,
            end_time: self.end,
            project,
            client: client.flatten(),
            description: self.description.clone(),
            tags: self.tags.clone(),
            billable: self.billable,
        }
    }
}

fn checked(text: &str, name: &str, most: usize) -> Result<(), Fault> {
    text::check(text, most).map_err(|error| match error {
        TextError::Nul => Fault::new("TEXT_INVALID", format!("{name}: holds a NUL character")),
        TextError::TooLong => Fault::new("TEXT_TOO_LONG", format!("{name}: has more than {most} characters")),
    })
}

fn is_yes(cell: &str) -> bool {
    ["yes", "true", "1", "y", "ja", "oui"].contains(&cell.to_lowercase().as_str())
}

fn row_id(
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    project: Option<&(String, Option<String>)>,
    description: Option<&str>,
    tags: &[String],
    billable: bool,
) -> TimeEntryId {
    let mut tags = tags.to_vec();
    tags.sort();
    let (title, client) = project.map_or((None, None), |(title, client)| (Some(title), client.as_ref()));
    // Written as JSON, no two rows that differ say the same.
    let row = serde_json::json!([
        start.timestamp_millis(),
        end.timestamp_millis(),
        title,
        client,
        description,
        tags,
        billable
    ]);
    TimeEntryId(Uuid::new_v5(&ROWS, row.to_string().as_bytes()))
}

fn shown(cell: &str) -> String {
    cell.chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::super::TimeImportOptions;
    use super::super::columns::recognise;
    use super::super::study::{StudyError, study};
    use super::*;
    use crate::csv::{Rows, skip_header};

    /// Rows as texts: what was understood, or the code with which the row was rejected.
    fn read(text: &str, options: &TimeImportOptions) -> Result<Vec<String>, String> {
        let (layout, columns) = recognise(text.as_bytes()).map_err(|field| field.code)?;
        let mut rows = Rows::new(text.as_bytes(), layout.delimiter);
        skip_header(&mut rows, &layout).unwrap();
        let plan = study(layout, columns, options, &mut rows).map_err(|error| match error {
            StudyError::Asks(field) => field.code,
            StudyError::Read(error) => error.to_string(),
        })?;
        let mut rows = Rows::new(text.as_bytes(), plan.layout.delimiter);
        skip_header(&mut rows, &plan.layout).unwrap();
        let calendar = Calendar::in_zone(chrono_tz::America::Denver);
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        let mut reader = Reader::new(&plan, calendar, now);
        let mut found = vec![];
        while let Some(row) = rows.next_row().unwrap() {
            match row.map_err(|(_, fault)| fault).and_then(|row| reader.read(&row)) {
                Ok(None) => {}
                Ok(Some(line)) => {
                    let (title, client) = line.project.unwrap_or_default();
                    let of = client.map_or(title.clone(), |client| format!("{title} of {client}"));
                    found.push(format!(
                        "{} {}s {of} | {} | {} | {}",
                        line.start.format("%m-%dT%H:%M:%S"),
                        (line.end - line.start).num_seconds(),
                        line.description.unwrap_or_default(),
                        line.tags.join("+"),
                        line.billable
                    ));
                }
                Err(fault) => found.push(fault.code.to_owned()),
            }
        }
        Ok(found)
    }

    fn plain(text: &str) -> Result<Vec<String>, String> {
        read(text, &TimeImportOptions::default())
    }

    #[test]
    fn files_of_other_programs() {
        let toggl = "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags,Amount ()\n\
            Ada,a@example.org,Harbour,Tides,,Tables,Yes,2026-01-05,09:00:00,2026-01-05,10:30:00,01:30:00,\"sea, moon,\",\n\
            Ada,a@example.org,,,,,No,2026-01-05,23:30:00,2026-01-06,00:15:00,00:45:00,,\n";
        assert_eq!(
            plain(toggl).unwrap(),
            [
                "01-05T16:00:00 5400s Tides of Harbour | Tables | sea+moon | true",
                "01-06T06:30:00 2700s  |  |  | false"
            ]
        );
        let clockify = "\"Project\",\"Client\",\"Description\",\"Task\",\"User\",\"Tags\",\"Billable\",\"Start Date\",\"Start Time\",\"End Date\",\"End Time\",\"Duration (h)\",\"Duration (decimal)\"\n\
            \"Tides\",\"Harbour\",\"Tables\",\"Drawing\",\"Ada\",\"sea\",\"Yes\",\"01/25/2026\",\"09:00:00 AM\",\"01/25/2026\",\"01:30:00 PM\",\"04:30:00\",\"4.50\"\n";
        assert_eq!(
            plain(clockify).unwrap(),
            ["01-25T16:00:00 16200s Tides of Harbour | Drawing: Tables | sea | true"]
        );
        let kimai = "Datum;Beginn;Ende;Dauer;Kunde;Projekt;Tätigkeit;Beschreibung;Schlagworte\n\
            05.01.2026;09:00;10:30;1:30;Harbour;Tides;Drawing;;sea\n\
            05.01.2026;23:30;00:15;0:45;;Maps;;;\n";
        assert_eq!(
            plain(kimai).unwrap(),
            [
                "01-05T16:00:00 5400s Tides of Harbour | Drawing | sea | false",
                "01-06T06:30:00 2700s Maps |  |  | false"
            ]
        );
        let ours = "start_time,end_time,duration_seconds,project,client,description,tags,billable,id\r\n\
            2026-01-05T09:00:00Z,2026-01-05T09:00:00.500Z,0.5,'=Tides,,'-1,,true,00000000-0000-0000-0000-000000000007\r\n";
        assert_eq!(plain(ours).unwrap(), ["01-05T09:00:00 0s =Tides | -1 |  | true"]);
    }

    #[test]
    fn what_cannot_be_taken() {
        let file =
            |rows: &str| format!("Start date,Start time,End date,End time,Duration,Tags,Description\n{rows}");
        for (row, code) in [
            ("2026-02-30,09:00,2026-02-30,10:00,,,", "DATE_INVALID"),
            (",09:00,2026-01-05,10:00,,,", "DATE_MISSING"),
            ("2026-01-05,,2026-01-05,10:00,,,", "TIME_MISSING"),
            ("2026-01-05,09:00,,,,,", "END_MISSING"),
            ("2026-01-05,09:00,2026-01-05,08:00,,,", "ENDS_BEFORE_START"),
            ("2026-03-08,02:30,2026-03-08,04:00,,,", "TIME_NOT_THERE"),
            ("1999-01-05,09:00,1999-01-05,10:00,,,", "TIME_TOO_OLD"),
            ("2026-12-05,09:00,2026-12-05,10:00,,,", "TIME_IN_FUTURE"),
            ("2026-01-05,09:00,2026-03-05,10:00,,,", "TOO_LONG"),
            ("2026-01-05,09:00,2026-01-05,10:00,,,x,y", "TOO_MANY_CELLS"),
        ] {
            assert_eq!(plain(&file(row)).unwrap(), [code], "{row}");
        }
        let long = format!("2026-01-05,09:00,2026-01-05,10:00,,{},", "x".repeat(101));
        assert_eq!(plain(&file(&long)).unwrap(), ["TAGS_INVALID"]);
        let long = format!("2026-01-05,09:00,2026-01-05,10:00,,,{}", "x".repeat(3001));
        assert_eq!(plain(&file(&long)).unwrap(), ["TEXT_TOO_LONG"]);
    }

    #[test]
    fn the_order_of_dates_is_asked() {
        let file = "Start date,Start time,Duration\n03/04/2026,09:00,1:00\n";
        assert_eq!(plain(file), Err("DATE_ORDER_AMBIGUOUS".into()));
        for (order, start) in [(DateOrder::Dmy, "04-03T15:00:00"), (DateOrder::Mdy, "03-04T16:00:00")] {
            let options = TimeImportOptions { date_order: Some(order), ..Default::default() };
            assert_eq!(read(file, &options).unwrap(), [format!("{start} 3600s  |  |  | false")]);
        }
    }

    #[test]
    fn what_says_the_same_is_the_same() {
        let ids = |row: &str| {
            let text = format!("Start date,Start time,Duration,Project,Tags,Billable\n{row}\n");
            let (layout, columns) = recognise(text.as_bytes()).unwrap();
            let mut rows = Rows::new(text.as_bytes(), layout.delimiter);
            skip_header(&mut rows, &layout).unwrap();
            let plan = study(layout, columns, &TimeImportOptions::default(), &mut rows).unwrap();
            let mut rows = Rows::new(text.as_bytes(), plan.layout.delimiter);
            skip_header(&mut rows, &plan.layout).unwrap();
            let now = "2026-11-21T12:00:00Z".parse().unwrap();
            let mut reader = Reader::new(&plan, Calendar::in_zone(chrono_tz::UTC), now);
            reader.read(&rows.next_row().unwrap().unwrap().unwrap()).unwrap().unwrap().id
        };
        let one = ids("2026-01-05,09:00,1:00,Tides,\"a, b\",Yes");
        assert_eq!(ids("2026-01-05,09:00:00,1.0,Tides,\"b,a,\",true"), one);
        for other in [
            "2026-01-05,09:00,1:00,Tides,\"a, b\",No",
            "2026-01-05,09:00,1:00,Tides,a,Yes",
            "2026-01-05,09:00,1:00,Tide,\"a, b\",Yes",
            "2026-01-05,09:00,1:01,Tides,\"a, b\",Yes",
            "2026-01-05,09:01,1:00,Tides,\"a, b\",Yes",
        ] {
            assert_ne!(ids(other), one, "{other}");
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(parts in proptest::collection::vec(proptest::sample::select(vec![
            "start", "end", "duration", ",", ";", "\n", "\"", "09:00", "02:30", "2026-01-05", "2026-03-08", "31/12/2026",
            "1:30", "1,5", "tags", "-", "24:00", "Z", "9999-12-31", "0001-01-01",
        ]), 0..40)) {
            let _ = plain(&parts.concat());
            let _ = plain(&format!("start,end,duration\n{}", parts.concat()));
        }
    }
}
