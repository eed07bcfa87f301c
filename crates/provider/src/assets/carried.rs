//! The web app that is a part of the program.
//!
//! A program that is built for use has the files in itself. One that is built for development reads them where `cargo
//! xtask wasm` lays them out, each time, so that what was just built is what is served.

use std::borrow::Cow;
use std::future::{Ready, ready};
use std::io::{self, Cursor, SeekFrom};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::SystemTime;

use rust_embed::{Embed, EmbeddedFile};
use tokio::io::{AsyncRead, AsyncSeek, ReadBuf};
use tower_http::services::fs::{Backend, File, Metadata};

/// What `build.rs` found.
#[derive(Embed)]
#[folder = "$DOORSTEP_APP"]
#[allow_missing = true]
struct App;

/// The app's files for [`tower_http::services::ServeDir`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Carried;

/// One of them.
pub(super) struct Content(Cursor<Cow<'static, [u8]>>);

/// Its length in bytes.
pub(super) struct Length(u64);

impl Carried {
    /// A file by its name in the folder.
    pub(super) fn file(name: &str) -> Option<EmbeddedFile> {
        App::get(name)
    }

    fn content(path: &Path) -> io::Result<Content> {
        let file = name(path).and_then(Self::file).ok_or(io::ErrorKind::NotFound)?;
        Ok(Content(Cursor::new(file.data)))
    }
}

/// `ServeDir` asks for everything below `.`, and the files in the program are called without it.
fn name(path: &Path) -> Option<&str> {
    path.strip_prefix(".").unwrap_or(path).to_str()
}

impl Backend for Carried {
    type File = Content;
    type Metadata = Length;
    type OpenFuture = Ready<io::Result<Content>>;
    type MetadataFuture = Ready<io::Result<Length>>;

    fn open(&self, path: PathBuf) -> Self::OpenFuture {
        ready(Self::content(&path))
    }

    fn metadata(&self, path: PathBuf) -> Self::MetadataFuture {
        ready(Self::content(&path).map(|content| content.length()))
    }
}

impl Content {
    fn length(&self) -> Length {
        Length(u64::try_from(self.0.get_ref().len()).unwrap_or(u64::MAX))
    }
}

impl File for Content {
    type Metadata = Length;
    type MetadataFuture<'a> = Ready<io::Result<Length>>;

    fn metadata(&self) -> Self::MetadataFuture<'_> {
        ready(Ok(self.length()))
    }
}

impl AsyncRead for Content {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncSeek for Content {
    fn start_seek(mut self: Pin<&mut Self>, position: SeekFrom) -> io::Result<()> {
        Pin::new(&mut self.0).start_seek(position)
    }

    fn poll_complete(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        Pin::new(&mut self.0).poll_complete(cx)
    }
}

impl Metadata for Length {
    fn is_dir(&self) -> bool {
        false
    }

    /// The content says what version it is (see the `ETag`), not a time.
    fn modified(&self) -> io::Result<SystemTime> {
        Ok(SystemTime::UNIX_EPOCH)
    }

    fn len(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_asked_for_by_the_names_they_have_in_the_program() {
        for path in ["./icons/door.svg", ".//icons/door.svg", "icons/door.svg"] {
            assert_eq!(name(Path::new(path)), Some("icons/door.svg"), "{path}");
        }
    }
}
