//! A file that comes in is put on the disk, inflated, as it comes.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use flate2::write::MultiGzDecoder;
use futures_util::StreamExt;
use futures_util::future::{Ready, ready};

use crate::body::{Head, broken, not_gzip, too_large};
use crate::error::Error;
use crate::run::blocking;

/// Bytes of a file at the most, inflated.
const LIMIT: usize = 512 * 1024 * 1024;
/// The same of an archive.
const ARCHIVE: usize = 2 * 1024 * 1024 * 1024;
/// How long the next bytes may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes a second that must have come once those seconds are over.
const PACE: u64 = 32 * 1024;
/// Bytes that are written at a time.
const PIECE: usize = 256 * 1024;

/// A body of CSV that has not been read yet.
pub(crate) struct Upload {
    gzip: bool,
    limit: usize,
    payload: Payload,
}

/// The same of an archive.
pub(crate) struct ArchiveUpload(pub Upload);

impl FromRequest for Upload {
    type Error = Error;
    type Future = Ready<Result<Upload, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let message = "The body must be sent with Content-Type: text/csv";
        let head = Head::of_kind(request.headers(), &["text/csv", "application/csv"], message, LIMIT);
        let payload = payload.take();
        ready(head.map(|head| Upload { gzip: head.gzip, limit: LIMIT, payload }))
    }
}

impl FromRequest for ArchiveUpload {
    type Error = Error;
    type Future = Ready<Result<ArchiveUpload, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let message = "The body must be sent with Content-Type: application/gzip, or application/x-ndjson";
        let headers = request.headers();
        let head = |kinds: &[&str]| Head::of_kind(headers, kinds, message, ARCHIVE);
        // What is gzip in itself is not packed once more.
        let gzip = match head(&["application/gzip", "application/x-gzip"]) {
            Ok(head) if head.gzip => Err(Error::MediaType("A gzip file is sent without Content-Encoding")),
            Ok(_) => Ok(true),
            Err(_) => head(&["application/x-ndjson"]).map(|head| head.gzip),
        };
        let payload = payload.take();
        ready(gzip.map(|gzip| ArchiveUpload(Upload { gzip, limit: ARCHIVE, payload })))
    }
}

impl Upload {
    /// Reads it.
    ///
    /// # Errors
    /// `TooLarge`; `Malformed` where it breaks off or is not what its Content-Encoding says; `Slow`; `Unavailable` where
    /// there is no room for it.
    pub async fn spool(mut self, dir: PathBuf) -> Result<File, Error> {
        let mut sink = blocking(move || Sink::new(temporary(&dir)?, self.gzip, self.limit)).await?;
        let began = Instant::now();
        let mut received = 0;
        let mut piece = Vec::with_capacity(PIECE);
        loop {
            let allowed = PATIENCE + Duration::from_millis(received * 1000 / PACE);
            let patience = allowed.saturating_sub(began.elapsed()).min(PATIENCE);
            let next = tokio::time::timeout(patience, self.payload.next()).await.map_err(|_| Error::Slow)?;
            let Some(bytes) = next.transpose().map_err(broken)? else { break };
            received += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            piece.extend_from_slice(&bytes);
            if piece.len() >= PIECE {
                (sink, piece) = blocking(move || sink.write(piece)).await?;
            }
        }
        blocking(move || sink.write(piece)?.0.finish()).await
    }
}

/// Where a file goes.
enum Sink {
    Plain(Limited),
    Gzip(Box<MultiGzDecoder<Limited>>),
}

/// A file without a name, of `limit` bytes at the most.
struct Limited {
    file: File,
    written: usize,
    limit: usize,
}

impl Sink {
    fn new(file: File, gzip: bool, limit: usize) -> Result<Sink, Error> {
        let limited = Limited { file, written: 0, limit };
        Ok(if gzip { Sink::Gzip(Box::new(MultiGzDecoder::new(limited))) } else { Sink::Plain(limited) })
    }

    /// Takes a piece; gives its memory back.
    fn write(mut self, mut piece: Vec<u8>) -> Result<(Sink, Vec<u8>), Error> {
        match &mut self {
            Sink::Plain(file) => file.write_all(&piece).map_err(|error| refused(&error))?,
            Sink::Gzip(gzip) => gzip.write_all(&piece).map_err(|error| refused(&error))?,
        }
        piece.clear();
        Ok((self, piece))
    }

    fn finish(self) -> Result<File, Error> {
        match self {
            Sink::Plain(file) => Ok(file.file),
            Sink::Gzip(gzip) => Ok(gzip.finish().map_err(|error| refused(&error))?.file),
        }
    }
}

/// What the disk, or the limit, says.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("more than {0} bytes")]
    TooLarge(usize),
    #[error(transparent)]
    Disk(io::Error),
}

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.written += bytes.len();
        if self.written > self.limit {
            return Err(io::Error::other(Refusal::TooLarge(self.limit)));
        }
        let written = self.file.write_all(bytes).map(|()| bytes.len());
        written.map_err(|error| io::Error::other(Refusal::Disk(error)))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn refused(error: &io::Error) -> Error {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Refusal>()) {
        Some(Refusal::TooLarge(limit)) => too_large(*limit),
        Some(Refusal::Disk(error)) => no_room(error),
        None => not_gzip(),
    }
}

/// A file without a name: in `dir`, or where the system keeps such files if that cannot be.
pub(super) fn temporary(dir: &Path) -> Result<File, Error> {
    tempfile::tempfile_in(dir).or_else(|_| tempfile::tempfile()).map_err(|error| no_room(&error))
}

pub(crate) fn no_room(error: &io::Error) -> Error {
    service::Error::Unavailable(format!("a temporary file: {error}")).into()
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Seek};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn spooled(pieces: &[&[u8]], gzip: bool) -> Result<Vec<u8>, Error> {
        let mut sink = Sink::new(temporary(Path::new("/nowhere"))?, gzip, LIMIT)?;
        for piece in pieces {
            (sink, _) = sink.write(piece.to_vec())?;
        }
        let mut file = sink.finish()?;
        let mut found = vec![];
        file.rewind().unwrap();
        file.read_to_end(&mut found).unwrap();
        Ok(found)
    }

    #[test]
    fn files_are_inflated_piece_by_piece() {
        let zipped = gzip(b"hello, hello");
        let (one, two) = zipped.split_at(7);
        assert_eq!(spooled(&[b"hello", b"x"], false).unwrap(), b"hellox");
        assert_eq!(spooled(&[], false).unwrap(), b"");
        assert_eq!(spooled(&[one, two, &gzip(b"!")], true).unwrap(), b"hello, hello!");
        for wrong in [&b"hello"[..], one, &[zipped.as_slice(), b"x"].concat()] {
            assert!(matches!(spooled(&[wrong], true), Err(Error::Malformed(_))), "{wrong:?}");
        }
    }

    #[test]
    fn the_limit_counts_inflated_bytes() {
        let bomb = gzip(&vec![0; 64 << 20]);
        let bombs: Vec<&[u8]> = (0..9).map(|_| bomb.as_slice()).collect();
        assert!(matches!(spooled(&bombs, true), Err(Error::TooLarge(..))));
        assert!(bomb.len() < 100_000);
    }
}
