//! What the columns of a file tell, by their titles: those of Toggl Track, Clockify, Kimai and our own, in English, German
//! and French.

use super::TimeColumnMeans as Means;
use super::{TimeColumn, TimeImportFormat};
use crate::csv::titles::Title;
use crate::csv::{self, Layout, beginning, shown};
use crate::valid::FieldError;

/// Titles in lower case, without accents, spaces and what stands in brackets.
const TITLES: &[(Means, &[&str])] = &[
    (Means::Date, &["date", "day", "datum"]),
    (Means::StartDate, &["startdate", "begindate", "startdatum", "datedebut"]),
    (
        Means::StartTime,
        &[
            "starttime",
            "start",
            "begin",
            "from",
            "started",
            "startedat",
            "beginn",
            "von",
            "startzeit",
            "anfang",
            "debut",
            "heuredebut",
        ],
    ),
    (Means::EndDate, &["enddate", "stopdate", "enddatum", "datefin"]),
    (
        Means::EndTime,
        &[
            "endtime", "end", "to", "stop", "stoptime", "ended", "endedat", "ende", "bis", "endzeit", "fin",
            "heurefin",
        ],
    ),
    (Means::Duration, &["duration", "dauer", "duree", "hours", "stunden", "heures"]),
    (Means::Project, &["project", "projectname", "projekt", "projet"]),
    (Means::Client, &["client", "clientname", "customer", "kunde"]),
    (
        Means::Task,
        &["task", "taskname", "activity", "aufgabe", "tatigkeit", "aktivitat", "activite", "tache"],
    ),
    (Means::Description, &["description", "beschreibung", "note", "notes", "comment"]),
    (Means::Tags, &["tags", "tag", "schlagworte", "schlagworter", "etiquettes"]),
    (Means::Billable, &["billable", "abrechenbar", "facturable"]),
    (Means::Id, &["id"]),
];

/// Where in a row what stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    titles: Vec<(String, Means)>,
}

impl Columns {
    /// Reads a header. Of columns that tell the same the first counts.
    #[must_use]
    pub fn read(header: &[String]) -> Columns {
        let mut columns = Columns::default();
        for title in header {
            let joined = Title::read(title).joined();
            let known = TITLES.iter().find(|(_, names)| names.contains(&joined.as_str()));
            let means = known.map_or(Means::Ignored, |(means, _)| *means);
            let means = if columns.has(means) { Means::Ignored } else { means };
            columns.titles.push((title.clone(), means));
        }
        columns
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.titles.len()
    }

    /// Where something stands.
    #[must_use]
    pub fn place(&self, wanted: Means) -> Option<usize> {
        self.titles.iter().position(|(_, means)| *means == wanted)
    }

    fn has(&self, wanted: Means) -> bool {
        self.place(wanted).is_some()
    }

    /// How much of a header it is: how many columns are known; 0 without a beginning, and an end or a duration.
    fn weight(&self) -> usize {
        let ends = [Means::EndTime, Means::EndDate, Means::Duration].into_iter().any(|means| self.has(means));
        let is_header = self.has(Means::StartTime) && ends;
        if is_header { self.titles.iter().filter(|(_, means)| *means != Means::Ignored).count() } else { 0 }
    }

    /// As they are told.
    #[must_use]
    pub fn formats(&self) -> Vec<TimeColumn> {
        self.titles
            .iter()
            .map(|(header, means)| TimeColumn { header: shown(header), means: *means })
            .collect()
    }
}

/// Finds the header of a file in its beginning.
///
/// # Errors
/// `HEADER_UNKNOWN`, `FILE_NOT_TEXT`, for the field `body`.
pub fn recognise(head: &[u8]) -> Result<(Layout, Columns), FieldError> {
    if !csv::is_text(head) {
        return Err(FieldError::new("body", "is not a text, so no CSV either", "FILE_NOT_TEXT"));
    }
    let Some(layout) = csv::recognise(head, |header| Columns::read(header).weight()) else {
        let message = format!(
            "has no header that is known in its first 20 lines: there must be a column of start times and one of end times \
             or durations, as in the detailed reports of Toggl Track, Clockify and Kimai. It begins with {:?}",
            beginning(head)
        );
        return Err(FieldError::new("body", message, "HEADER_UNKNOWN"));
    };
    let columns = Columns::read(&layout.header);
    Ok((layout, columns))
}

impl TimeImportFormat {
    /// As a file of this plan is read in a zone.
    #[must_use]
    pub fn of(plan: &super::Plan, tz: chrono_tz::Tz) -> TimeImportFormat {
        TimeImportFormat {
            delimiter: plan.layout.delimiter.as_str(),
            date_order: plan.date_order,
            columns: plan.columns.formats(),
            tz,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csv::Delimiter;

    #[test]
    fn headers_of_other_programs() {
        use Means::{
            Billable, Client, Date, Description, Duration, EndDate, EndTime, Id, Ignored, Project, StartDate,
            StartTime, Tags, Task,
        };
        for (header, found) in [
            (
                "Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags,Amount ()",
                vec![
                    Client,
                    Project,
                    Task,
                    Description,
                    Billable,
                    StartDate,
                    StartTime,
                    EndDate,
                    EndTime,
                    Duration,
                    Tags,
                    Ignored,
                ],
            ),
            (
                "Project,Client,Description,Task,User,Group,Email,Tags,Billable,Start Date,Start Time,End Date,End Time,Duration (h),Duration (decimal),Billable Rate (USD),Billable Amount (USD)",
                vec![
                    Project,
                    Client,
                    Description,
                    Task,
                    Ignored,
                    Ignored,
                    Ignored,
                    Tags,
                    Billable,
                    StartDate,
                    StartTime,
                    EndDate,
                    EndTime,
                    Duration,
                    Ignored,
                    Ignored,
                    Ignored,
                ],
            ),
            (
                "Date,From,To,Duration,Rate,User,Customer,Project,Activity,Description,Exported,Billable,Tags",
                vec![
                    Date,
                    StartTime,
                    EndTime,
                    Duration,
                    Ignored,
                    Ignored,
                    Client,
                    Project,
                    Task,
                    Description,
                    Ignored,
                    Billable,
                    Tags,
                ],
            ),
            (
                "Datum,Beginn,Ende,Dauer,Kunde,Projekt,Tätigkeit,Beschreibung",
                vec![Date, StartTime, EndTime, Duration, Client, Project, Task, Description],
            ),
            (
                "start_time,end_time,duration_seconds,project,client,description,tags,billable,id",
                vec![StartTime, EndTime, Ignored, Project, Client, Description, Tags, Billable, Id],
            ),
        ] {
            let (_, columns) = recognise(header.as_bytes()).unwrap();
            assert_eq!(
                columns.titles.into_iter().map(|(_, means)| means).collect::<Vec<_>>(),
                found,
                "{header}"
            );
        }
    }

    #[test]
    fn files_are_recognised_by_their_beginning() {
        let of = |text: &str| recognise(text.as_bytes()).map(|(layout, _)| (layout.delimiter, layout.line));
        assert_eq!(of("Export of Monday\n\nStart;End;Projekt\n"), Ok((Delimiter::Semicolon, 3)));
        assert_eq!(of("start\tduration\n"), Ok((Delimiter::Tab, 1)));
        for (text, code) in [
            ("", "HEADER_UNKNOWN"),
            ("2026-01-01,09:00,10:00\n", "HEADER_UNKNOWN"),
            ("date,duration,project\n", "HEADER_UNKNOWN"),
            ("start,project\n", "HEADER_UNKNOWN"),
            ("date,amount\n", "HEADER_UNKNOWN"),
            ("start,end\0\n", "FILE_NOT_TEXT"),
        ] {
            let error = of(text).unwrap_err();
            assert_eq!((error.field.as_str(), error.code.as_str()), ("body", code), "{text}");
        }
    }
}
