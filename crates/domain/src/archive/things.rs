//! Things of an archive: as they are written, and what they are once they are checked.

use chrono::NaiveDate;
use uuid::Uuid;

use super::*;
use crate::consumption::Amount;
use crate::days;
use crate::devices::{Device, NewDevice, Platform};
use crate::focus::{FocusSession, NewFocusSession};
use crate::garden::{NewPlant, Plant};
use crate::ids::{FocusSessionId, ImportId, PlantId, ProjectId, TimeEntryId};
use crate::imports::{FileKind, ImportedFile, check_file_name};
use crate::instants::{self, EARLIEST};
use crate::projects::{NewProject, Project};
use crate::time_entries::{NewTimeEntry, TimeEntry};

mod household;

pub use household::{Intervals, ThingConsumption, ThingMeter, ThingReading};

/// Numbers of imports at the most: the account's next has a greater one.
const MOST_IMPORTS: i32 = 1_000_000;

type Checked<T> = Result<T, Vec<FieldError>>;

/// A thing that is written into an archive.
pub trait Thing: Sized {
    /// What it is once it is checked.
    type Made;

    /// Checks it as what clients send is.
    ///
    /// # Errors
    /// What is wrong, field by field.
    fn made(self, rules: &Rules) -> Checked<Self::Made>;
}

/// That the server can have done something then.
fn check_at(field: &str, at: DateTime<Utc>, rules: &Rules) -> Checked<()> {
    if (EARLIEST..=rules.now + AHEAD).contains(&at) {
        return Ok(());
    }
    let message = "is before 2000, or ahead of the server's clock";
    Err(vec![FieldError::new(field, message, "TIME_INVALID")])
}

fn one(field: FieldError) -> Vec<FieldError> {
    vec![field]
}

/// A device.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(missing_docs, reason = "as of the device")]
pub struct ThingDevice {
    pub device_id: DeviceId,
    pub name: String,
    pub platform: Platform,
    pub model: Option<String>,
    pub os_version: Option<String>,
    pub app_version: Option<String>,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

impl From<Device> for ThingDevice {
    fn from(device: Device) -> ThingDevice {
        let Device { id, name, platform, model, os_version, app_version, .. } = device;
        let Device { created_at, last_seen_at, revoked_at, .. } = device;
        ThingDevice {
            device_id: id,
            name,
            platform,
            model,
            os_version,
            app_version,
            created_at,
            last_seen_at,
            revoked_at,
        }
    }
}

impl Thing for ThingDevice {
    type Made = Device;

    fn made(self, rules: &Rules) -> Checked<Device> {
        let ThingDevice { device_id, created_at, last_seen_at, revoked_at, .. } = self;
        if device_id.0.is_nil() {
            return Err(vec![FieldError::new("device_id", "is nobody's", "DEVICE_INVALID")]);
        }
        check_at("created_at", created_at, rules)?;
        last_seen_at.map_or(Ok(()), |at| check_at("last_seen_at", at, rules))?;
        revoked_at.map_or(Ok(()), |at| check_at("revoked_at", at, rules))?;
        let new = Valid::check(NewDevice {
            name: Some(self.name),
            platform: self.platform,
            device_key: None,
            model: self.model,
            os_version: self.os_version,
            app_version: self.app_version,
            timezone: None,
            pairing_code: None,
        })?;
        Ok(Device {
            id: device_id,
            name: new.display_name(),
            platform: new.platform,
            model: new.model.clone(),
            os_version: new.os_version.clone(),
            app_version: new.app_version.clone(),
            created_at,
            last_seen_at,
            revoked_at,
            session_count: 0,
            current: false,
            owner: None,
        })
    }
}

/// A focus session.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(missing_docs, reason = "as of the session")]
pub struct ThingSession {
    pub id: FocusSessionId,
    #[serde(deserialize_with = "instants::told")]
    pub started_at: DateTime<Utc>,
    #[serde(deserialize_with = "instants::maybe")]
    pub ended_at: Option<DateTime<Utc>>,
    pub duration_min: Option<i32>,
    pub label: Option<String>,
    pub completed: bool,
    pub created_at: DateTime<Utc>,
}

impl From<FocusSession> for ThingSession {
    fn from(session: FocusSession) -> ThingSession {
        let FocusSession { id, started_at, ended_at, duration_min, label, completed, created_at, .. } =
            session;
        ThingSession { id, started_at, ended_at, duration_min, label, completed, created_at }
    }
}

impl Thing for ThingSession {
    type Made = FocusSession;

    fn made(self, rules: &Rules) -> Checked<FocusSession> {
        let ThingSession { id, started_at, ended_at, duration_min, label, completed, created_at } = self;
        check_at("created_at", created_at, rules)?;
        check_at("started_at", started_at, rules)?;
        if let Some(ended_at) = ended_at {
            check_at("ended_at", ended_at, rules)?;
            if ended_at < started_at {
                let message = "is before started_at";
                return Err(vec![FieldError::new("ended_at", message, "ENDS_BEFORE_START")]);
            }
        } else if completed {
            return Err(vec![FieldError::new("ended_at", "is missing", "ENDED_AT_MISSING")]);
        }
        let told = NewFocusSession { duration_min, label, ..NewFocusSession::default() };
        let told = Valid::check(told)?.into_inner();
        let session = FocusSession {
            id,
            user_id: rules.user,
            duration_min: told.duration_min,
            label: crate::focus::label(told.label.as_deref()),
            completed,
            abandoned: ended_at.is_some() && !completed,
            created_at,
            started_at,
            ended_at,
            focus_min: 0,
        };
        Ok(session.measured(ended_at.unwrap_or(started_at)))
    }
}

/// A plant of a garden.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(missing_docs, reason = "as of the plant")]
pub struct ThingPlant {
    pub id: PlantId,
    pub session_id: FocusSessionId,
    pub plant_num: i32,
    pub plant_type: String,
    pub growth_stage: i16,
    pub withered: bool,
    /// A client made it.
    pub chosen: bool,
    pub created_at: DateTime<Utc>,
}

impl ThingPlant {
    /// Of a plant.
    #[must_use]
    pub fn new(plant: Plant, chosen: bool) -> ThingPlant {
        let Plant { id, session_id, plant_num, plant_type, growth_stage, withered, created_at, .. } = plant;
        ThingPlant { id, session_id, plant_num, plant_type, growth_stage, withered, chosen, created_at }
    }
}

impl Thing for ThingPlant {
    type Made = ThingPlant;

    fn made(self, rules: &Rules) -> Checked<ThingPlant> {
        check_at("created_at", self.created_at, rules)?;
        Valid::check(NewPlant {
            session_id: self.session_id,
            plant_type: self.plant_type.clone(),
            growth_stage: Some(self.growth_stage),
            plant_num: Some(self.plant_num),
        })?;
        Ok(self)
    }
}

/// A file that was imported.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(missing_docs, reason = "as of the file")]
pub struct ThingImport {
    pub id: ImportId,
    /// It is the account's first, second, …
    pub number: i32,
    pub kind: FileKind,
    pub file_name: Option<String>,
    pub imported: i64,
    pub changed: i64,
    pub duplicates: i64,
    pub rejected: i64,
    pub first_date: Option<NaiveDate>,
    pub last_date: Option<NaiveDate>,
    pub created_at: DateTime<Utc>,
    pub undone_at: Option<DateTime<Utc>>,
}

impl ThingImport {
    /// Of a file.
    #[must_use]
    pub fn new(number: i32, file: ImportedFile) -> ThingImport {
        let ImportedFile { id, file_name, kind, imported, changed, duplicates, rejected, .. } = file;
        let ImportedFile { first_date, last_date, created_at, undone_at, .. } = file;
        ThingImport {
            id,
            number,
            kind,
            file_name,
            imported,
            changed,
            duplicates,
            rejected,
            first_date,
            last_date,
            created_at,
            undone_at,
        }
    }
}

impl Thing for ThingImport {
    type Made = ThingImport;

    fn made(self, rules: &Rules) -> Checked<ThingImport> {
        check_at("created_at", self.created_at, rules)?;
        self.undone_at.map_or(Ok(()), |at| check_at("undone_at", at, rules))?;
        let counts = [self.imported, self.changed, self.duplicates, self.rejected];
        let dates = [self.first_date, self.last_date];
        if !(1..=MOST_IMPORTS).contains(&self.number) || counts.iter().any(|count| *count < 0) {
            return Err(vec![FieldError::new("number", "or a count cannot be", "NUMBER_INVALID")]);
        }
        if dates.iter().flatten().any(|date| !(days::FIRST..=days::LAST).contains(date)) {
            return Err(vec![FieldError::new("first_date", "or last_date cannot be", "DATE_INVALID")]);
        }
        if self.file_name.as_deref().is_some_and(|name| check_file_name(name).is_err()) {
            return Err(vec![FieldError::new("file_name", "is too long, or holds a NUL", "TEXT_INVALID")]);
        }
        Ok(self)
    }
}

/// A project.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(missing_docs, reason = "as of the project")]
pub struct ThingProject {
    pub id: ProjectId,
    pub title: String,
    pub description: Option<String>,
    pub client: Option<String>,
    pub color: Option<String>,
    pub hourly_rate: Option<Amount>,
    pub archived: bool,
    /// The import that made it.
    pub import_id: Option<ImportId>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl From<Project> for ThingProject {
    fn from(project: Project) -> ThingProject {
        let Project { id, title, description, client, color, hourly_rate, archived, .. } = project;
        let Project { import_id, created_at, updated_at, .. } = project;
        ThingProject {
            id,
            title,
            description,
            client,
            color,
            hourly_rate,
            archived,
            import_id,
            created_at,
            updated_at,
        }
    }
}

impl Thing for ThingProject {
    type Made = Project;

    fn made(self, rules: &Rules) -> Checked<Project> {
        let ThingProject { title, description, client, color, hourly_rate, archived, .. } = self;
        check_at("created_at", self.created_at, rules)?;
        check_at("updated_at", self.updated_at, rules)?;
        let archived = Some(archived);
        let new = Valid::check(NewProject { title, description, client, color, hourly_rate, archived })?;
        let project = new.project(rules.user, self.id, self.created_at);
        Ok(Project { import_id: self.import_id, updated_at: self.updated_at, ..project })
    }
}

/// A time entry.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(missing_docs, reason = "as of the entry")]
pub struct ThingEntry {
    pub id: TimeEntryId,
    pub project_id: Option<ProjectId>,
    pub description: Option<String>,
    #[serde(deserialize_with = "instants::told")]
    pub start_time: DateTime<Utc>,
    #[serde(deserialize_with = "instants::maybe")]
    pub end_time: Option<DateTime<Utc>>,
    pub tags: Vec<String>,
    pub billable: bool,
    pub import_id: Option<ImportId>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl From<TimeEntry> for ThingEntry {
    fn from(entry: TimeEntry) -> ThingEntry {
        let TimeEntry { id, project_id, description, start_time, end_time, tags, billable, .. } = entry;
        let TimeEntry { import_id, created_at, updated_at, .. } = entry;
        ThingEntry {
            id,
            project_id,
            description,
            start_time,
            end_time,
            tags,
            billable,
            import_id,
            created_at,
            updated_at,
        }
    }
}

impl Thing for ThingEntry {
    type Made = TimeEntry;

    fn made(self, rules: &Rules) -> Checked<TimeEntry> {
        let ThingEntry { id, project_id, description, start_time, end_time, tags, billable, .. } = self;
        check_at("created_at", self.created_at, rules)?;
        check_at("updated_at", self.updated_at, rules)?;
        check_at("start_time", start_time, rules)?;
        let new = Valid::check(NewTimeEntry {
            project_id,
            description,
            start_time: Some(start_time),
            end_time,
            tags: Some(tags),
            billable: Some(billable),
            id: Some(id),
        })?;
        // A timer that was forgotten long ago still runs.
        let at = if end_time.is_some() { rules.now } else { start_time };
        let entry = new.entry(rules.user, id, at).map_err(one)?;
        let ThingEntry { import_id, created_at, updated_at, .. } = self;
        Ok(TimeEntry { import_id, created_at, updated_at, ..entry })
    }
}

/// Of what kind a thing was that is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeletedKind {
    /// A record of consumption, or a reading.
    Consumption,
    /// A time entry.
    TimeEntry,
    /// A focus session that was completed.
    FocusSession,
}

/// A thing that is gone.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Deleted {
    /// Of what kind.
    pub kind: DeletedKind,
    /// Which.
    pub id: Uuid,
    /// Since when.
    pub deleted_at: DateTime<Utc>,
}

impl Thing for Deleted {
    type Made = Deleted;

    fn made(self, rules: &Rules) -> Checked<Deleted> {
        check_at("deleted_at", self.deleted_at, rules).map(|()| self)
    }
}
