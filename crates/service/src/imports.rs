//! What all imports do: a file is read to recognise it, to learn how it is written, and then row by row, in the one
//! transaction that keeps it. What is in memory does not depend on how many rows there are.

use std::io::{Read, Seek, SeekFrom};

use domain::csv::{Fault, HEAD, Layout, ReadError, Row, Rows, skip_header};
use domain::imports::{FileKind, ImportedFiles};
use domain::pages::Page;
use domain::valid::FieldError;
use persistence::{Conn, imports};

use crate::app::{Actor, Context};
use crate::{Error, Result, pages};

/// Rows that are taken in at a time.
const CHUNK: u64 = 20_000;

/// How far an import has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Progress {
    /// Bytes that were read.
    pub bytes: u64,
    /// Of so many.
    pub of: u64,
    /// Rows that were read.
    pub rows: u64,
}

/// Who takes rows in.
pub(crate) trait Intake {
    /// Takes a row, to be kept with others.
    fn take(&mut self, row: &Row<'_>);
    /// A line that is no row.
    fn reject(&mut self, line: u64, fault: &Fault);
    /// Keeps what waits.
    fn flush(&mut self, conn: &mut Conn) -> Result<()>;
}

/// How many bytes a file has, and the first of them.
pub(crate) fn begin<F: Read + Seek>(file: &mut F) -> Result<(u64, Vec<u8>)> {
    let of = file.seek(SeekFrom::End(0)).map_err(unreadable)?;
    file.rewind().map_err(unreadable)?;
    let mut head = Vec::with_capacity(HEAD);
    let most = u64::try_from(HEAD).unwrap_or(u64::MAX);
    file.by_ref().take(most).read_to_end(&mut head).map_err(unreadable)?;
    Ok((of, head))
}

/// The rows of a file, from the first below its header.
pub(crate) fn rows<'f, F: Read + Seek>(file: &'f mut F, layout: &Layout) -> Result<Rows<&'f mut F>> {
    file.rewind().map_err(unreadable)?;
    let mut rows = Rows::new(file, layout.delimiter);
    skip_header(&mut rows, layout).map_err(unread)?;
    Ok(rows)
}

/// Takes all rows in. `go_on` is told now and then how far it has come, and says whether to go on. Says how many rows
/// there were.
pub(crate) fn take_all<R: Read>(
    conn: &mut Conn,
    mut rows: Rows<R>,
    of: u64,
    intake: &mut impl Intake,
    go_on: &mut dyn FnMut(Progress) -> bool,
) -> Result<u64> {
    let mut read = 0;
    while let Some(line) = rows.next_row().map_err(unread)? {
        match line {
            Ok(row) => intake.take(&row),
            Err((line, fault)) => intake.reject(line, &fault),
        }
        read += 1;
        if read % CHUNK == 0 {
            intake.flush(conn)?;
            check(go_on(Progress { bytes: rows.position(), of, rows: read }))?;
        }
    }
    intake.flush(conn)?;
    Ok(read)
}

/// Files of these kinds that were imported, newest first.
///
/// # Errors
/// `Invalid`, `Unauthenticated`, `Unavailable`.
pub(crate) fn list(
    cx: &mut Context,
    actor: &Actor,
    kinds: &[FileKind],
    page: &Page,
) -> Result<ImportedFiles> {
    let after = pages::begin(page, pages::read_place)?;
    cx.tenant(actor, |conn| {
        let total = imports::count(conn, actor.user, kinds)?;
        let (imports, next_cursor) = pages::take(
            page,
            |limit| imports::list(conn, actor.user, kinds, after, limit),
            |last| pages::place(last.created_at, last.id.0),
        )?;
        Ok(ImportedFiles { imports, total, next_cursor })
    })
}

pub(crate) fn check(goes_on: bool) -> Result<()> {
    if goes_on { Ok(()) } else { Err(Error::Unavailable("the import was given up".into())) }
}

#[allow(clippy::needless_pass_by_value, reason = "map_err hands it over")]
fn unreadable(error: std::io::Error) -> Error {
    Error::Unavailable(format!("the file cannot be read: {error}"))
}

pub(crate) fn unread(error: ReadError) -> Error {
    match error {
        ReadError::Io(error) => unreadable(error),
        broken @ ReadError::Broken(_) => FieldError::new("body", broken.to_string(), "FILE_NOT_CSV").into(),
    }
}
