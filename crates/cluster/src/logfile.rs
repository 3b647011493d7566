//! PostgreSQL's log: one file and the one before, neither much over 10 MB.

use crate::error::{During, Error};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::Stdio,
};

const LIMIT: u64 = 10 << 20;
/// How much of the end is worth showing.
const TAIL_LINES: usize = 8;
const TAIL_BYTES: u64 = 4096;

#[derive(Debug)]
pub(crate) struct LogFile {
    path: PathBuf,
    file: File,
    /// Where this run's lines begin.
    start: u64,
}

impl LogFile {
    pub fn open(data: &Path) -> Result<Self, Error> {
        let path = data.join("postgres.log");
        let cannot = || format!("cannot open {}", path.display());
        let file =
            OpenOptions::new().create(true).read(true).append(true).mode(0o600).open(&path).during(cannot)?;
        let mut log = Self { path: path.clone(), file, start: 0 };
        log.keep_small();
        log.start = log.file.metadata().during(cannot)?.len();
        Ok(log)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// An end to write to.
    pub fn writer(&self) -> Result<Stdio, Error> {
        self.file.try_clone().map(Stdio::from).during(|| format!("cannot open {}", self.path.display()))
    }

    /// Once it is over the limit, its lines become the file before, and it starts anew.
    pub fn keep_small(&self) {
        if let Err(e) = self.rotate(LIMIT) {
            log::warn!("cannot rotate {}: {e}", self.path.display());
        }
    }

    /// By copying, since PostgreSQL has the file open and would follow it to another name. It appends, and so goes on at
    /// the new end; what it writes between the copy and the cut is lost.
    fn rotate(&self, limit: u64) -> io::Result<()> {
        if self.file.metadata()?.len() > limit {
            fs::copy(&self.path, self.path.with_extension("log.1"))?;
            self.file.set_len(0)?;
        }
        Ok(())
    }

    /// The last lines of this run.
    pub fn tail(&self) -> String {
        let mut text = Vec::new();
        let mut read = || -> io::Result<()> {
            let mut file = File::open(&self.path)?;
            let length = file.metadata()?.len();
            // Rotated since, it begins with this run.
            let start = if length < self.start { 0 } else { self.start };
            file.seek(SeekFrom::Start(start.max(length.saturating_sub(TAIL_BYTES))))?;
            file.read_to_end(&mut text)?;
            Ok(())
        };
        if let Err(e) = read() {
            return format!("({e})");
        }
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<_> = text.lines().collect();
        lines.get(lines.len().saturating_sub(TAIL_LINES)..).unwrap_or_default().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_writer_goes_on_in_the_new_file() {
        let dir = tempfile::tempdir().unwrap();
        let log = LogFile::open(dir.path()).unwrap();
        let mut writer = log.file.try_clone().unwrap();
        writeln!(writer, "one").unwrap();
        log.rotate(100).unwrap();
        assert!(!dir.path().join("postgres.log.1").exists(), "it was under the limit");
        log.rotate(3).unwrap();
        writeln!(writer, "two").unwrap();
        assert_eq!(fs::read_to_string(dir.path().join("postgres.log")).unwrap(), "two\n");
        assert_eq!(fs::read_to_string(dir.path().join("postgres.log.1")).unwrap(), "one\n");
        log.rotate(3).unwrap();
        assert_eq!(
            fs::read_to_string(dir.path().join("postgres.log.1")).unwrap(),
            "two\n",
            "one old file is kept"
        );
    }

    #[test]
    fn the_tail_is_of_this_run() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("postgres.log"), "earlier\n").unwrap();
        let log = LogFile::open(dir.path()).unwrap();
        assert_eq!(log.tail(), "");
        for n in 0..20 {
            writeln!(&log.file, "line {n}").unwrap();
        }
        let tail = log.tail();
        assert!(tail.starts_with("line 12\n") && tail.ends_with("line 19"), "{tail}");
    }
}
