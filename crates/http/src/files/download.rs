//! A file that goes out is sent from the disk.

use std::fs::File;
use std::io::{Read, Seek};

use actix_web::HttpResponse;
use actix_web::body::SizedStream;
use actix_web::http::header::{self, ContentDisposition, ContentEncoding, DispositionParam, DispositionType};
use actix_web::web::Bytes;
use futures_util::stream;
use tokio::sync::OwnedSemaphorePermit;

use super::spool::{no_room, temporary};
use crate::api::Api;
use crate::error::Error;
use crate::run::blocking;

/// Bytes that are sent at a time.
const PIECE: usize = 64 * 1024;

/// What a file is, and what it is to be called.
pub(crate) struct Kind {
    pub content_type: &'static str,
    pub name: String,
}

/// Makes a file and sends it. `make` writes it, and says what it is.
///
/// # Errors
/// What `make` says; `Overloaded`, `Panicked`, `Unavailable`.
pub(crate) async fn download<F>(api: &Api, make: F) -> Result<HttpResponse, Error>
where
    F: FnOnce(&mut File) -> Result<Kind, Error> + Send + 'static,
{
    let dir = api.settings.files.clone();
    let made = move || {
        let mut file = temporary(&dir)?;
        let kind = make(&mut file)?;
        let length = file.stream_position().map_err(|error| no_room(&error))?;
        file.rewind().map_err(|error| no_room(&error))?;
        Ok((file, kind, length))
    };
    let ((file, kind, length), going) = api.files.export(made).await?;
    let disposition = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(kind.name)],
    };
    let mut answer = HttpResponse::Ok();
    if kind.content_type == "application/gzip" {
        // It would not get smaller.
        answer.insert_header(ContentEncoding::Identity);
    }
    Ok(answer
        .content_type(kind.content_type)
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .body(SizedStream::new(length, stream::unfold((file, going), next))))
}

type Left = (File, OwnedSemaphorePermit);

async fn next((mut file, going): Left) -> Option<(Result<Bytes, Error>, Left)> {
    let read = blocking(move || {
        let mut piece = vec![0; PIECE];
        let length = file.read(&mut piece).map_err(|error| no_room(&error))?;
        piece.truncate(length);
        Ok((piece, file))
    });
    match read.await {
        Ok((piece, _)) if piece.is_empty() => None,
        Ok((piece, file)) => Some((Ok(piece.into()), (file, going))),
        // The rest of the answer is missing, which its length tells.
        Err(_) => None,
    }
}
