//! Where PostgreSQL's programs are.

use crate::{OLDEST_MAJOR, Settings, child, error::Error};
use std::{
    cmp::Reverse,
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const SERVER: [&str; 2] = ["postgres", "initdb"];
const CLIENT: [&str; 3] = ["pg_dump", "pg_restore", "psql"];

/// Directories known to hold PostgreSQL, or several releases of it a directory each (`<it>/bin`, `<it>/<release>/bin`):
/// beside this executable, then the places of Debian, of Red Hat, Gentoo, Alpine and Arch, and of Homebrew.
pub fn system_dirs() -> Vec<PathBuf> {
    let beside = env::current_exe().ok().and_then(|exe| Some(exe.parent()?.join("../lib/postgresql")));
    let known =
        ["/usr/lib/postgresql", "/usr", "/usr/lib64", "/usr/local", "/opt/homebrew/opt", "/usr/local/opt"];
    beside.into_iter().chain(known.map(PathBuf::from)).collect()
}

/// PostgreSQL's client programs, of one release.
#[derive(Clone, Debug)]
pub struct Tools {
    dir: PathBuf,
}

impl Tools {
    /// A command that runs the program called `name`, such as `pg_dump`. It runs as this process's user, and nothing of
    /// this process's own connection settings (`PGHOST` and so on) reaches it.
    pub fn command(&self, name: &str) -> Result<Command, Error> {
        let program = self.dir.join(name);
        if !program.exists() {
            return Err(Error::NoTool { program });
        }
        let mut command = Command::new(program);
        for name in CONNECTION_VARIABLES {
            command.env_remove(name);
        }
        Ok(command)
    }
}

/// What libpq would take from the environment, and would then go elsewhere or in otherwise.
const CONNECTION_VARIABLES: [&str; 16] = [
    "PGHOST",
    "PGHOSTADDR",
    "PGPORT",
    "PGDATABASE",
    "PGUSER",
    "PGPASSWORD",
    "PGPASSFILE",
    "PGSERVICE",
    "PGSERVICEFILE",
    "PGOPTIONS",
    "PGSSLMODE",
    "PGREQUIREAUTH",
    "PGCHANNELBINDING",
    "PGGSSENCMODE",
    "PGTARGETSESSIONATTRS",
    "PGCLIENTENCODING",
];

/// The newest client programs on this machine, for a database that is not ours (one named by `DATABASE_URL`): a newer
/// pg_dump reads older servers, but not the other way round.
pub fn tools(settings: &Settings) -> Result<Tools, Error> {
    find(settings, &CLIENT, None, Path::new("")).map(|dir| Tools { dir })
}

/// PostgreSQL's server programs, of the release that `cluster` needs if it exists.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    dir: PathBuf,
}

impl Server {
    pub fn find(settings: &Settings, cluster: &Path) -> Result<Self, Error> {
        let need = fs::read_to_string(cluster.join("PG_VERSION")).ok();
        find(settings, &SERVER, need.as_deref().map(str::trim), cluster).map(|dir| Self { dir })
    }

    pub fn program(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    pub fn tools(&self) -> Tools {
        Tools { dir: self.dir.clone() }
    }
}

fn find(
    settings: &Settings,
    programs: &[&str],
    need: Option<&str>,
    cluster: &Path,
) -> Result<PathBuf, Error> {
    let dirs = match &settings.bin_dir {
        // What was said outright is taken or refused, not passed over.
        Some(dir) => match programs.iter().find(|program| !dir.join(program).exists()) {
            Some(program) => return Err(Error::BinDir { dir: dir.clone(), program: (*program).into() }),
            None => vec![dir.clone()],
        },
        None => candidates(settings),
    };
    let mut found: Vec<String> = Vec::new();
    for dir in dirs {
        let Some(major) = major_of(&dir, programs) else { continue };
        if major >= OLDEST_MAJOR && need.is_none_or(|need| need == major.to_string()) {
            return Ok(dir);
        }
        found.push(format!("{major} in {}", dir.display()));
    }
    found.dedup();
    let list = found.join(", ");
    Err(match need {
        Some(need) => Error::OtherMajor {
            cluster: cluster.to_owned(),
            need: need.into(),
            found: if list.is_empty() { "none".into() } else { list },
        },
        None if !list.is_empty() => Error::TooOld { found: list },
        None if programs == CLIENT => Error::NoClient,
        None => Error::NoServer,
    })
}

fn candidates(settings: &Settings) -> Vec<PathBuf> {
    let mut dirs = Vec::new();
    for root in &settings.system_dirs {
        let mut releases: Vec<_> =
            fs::read_dir(root).into_iter().flatten().flatten().map(|e| e.path()).collect();
        releases.sort_by_key(|dir| Reverse(release_in(dir.file_name())));
        dirs.extend(releases.into_iter().chain([root.clone()]).map(|dir| dir.join("bin")));
    }
    dirs.extend(env::split_paths(&settings.path).filter(|dir| dir.is_absolute()));
    dirs
}

/// The number a directory's name ends in: `17`, `pgsql-17`, `postgresql@17`.
fn release_in(name: Option<&OsStr>) -> Option<u32> {
    let name = name?.to_str()?;
    name.rsplit(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

fn major_of(dir: &Path, programs: &[&str]) -> Option<u32> {
    if !programs.iter().all(|program| dir.join(program).exists()) {
        return None;
    }
    let out = child::plain(&dir.join(programs.first()?)).arg("--version").output().ok()?;
    major_in(&String::from_utf8_lossy(&out.stdout))
}

/// `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`, `psql (PostgreSQL) 18beta1`.
fn major_in(version: &str) -> Option<u32> {
    version.split_whitespace().nth(2)?.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_read() {
        assert_eq!(major_in("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(major_in("pg_dump (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major_in("bash: no"), None);
        assert_eq!(release_in(Some(OsStr::new("postgresql@17"))), Some(17));
        assert_eq!(release_in(Some(OsStr::new("17"))), Some(17));
        assert_eq!(release_in(Some(OsStr::new("local"))), None);
    }
}
