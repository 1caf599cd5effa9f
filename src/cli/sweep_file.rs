//! The file of a sweep: continued if it holds the beginning of the same sweep, left as it is if it holds anything else.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::failure::Failure;
use crate::diagnostic::{Diagnostic, Sources};

/// A file to which rows are added.
#[derive(Debug)]
pub struct SweepFile {
    path: PathBuf,
    file: File,
    found: usize,
}

impl SweepFile {
    /// Opens or creates the file. `begins` says how the line of each point begins. An incomplete last line is cut off.
    pub fn open(
        path: &Path,
        header: &str,
        points: usize,
        begins: &dyn Fn(usize) -> String,
    ) -> Result<Self, Failure> {
        let name = path.display();
        let failed = |error: std::io::Error| Failure::said(format!("`{name}` cannot be written: {error}"));
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(failed)?;
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(Failure::said(format!("another sweep is writing to `{name}`")));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed)?;
        let (keep, found) = match bytes.strip_prefix(header.as_bytes()) {
            Some(rows) => {
                let (rows, found) = complete(path, header, rows, points, begins)?;
                (header.len() + rows, found)
            }
            // Broken off within the header.
            None if header.as_bytes().starts_with(&bytes) => (0, 0),
            None => return Err(another(path, header, &bytes)),
        };
        file.set_len(keep as u64).map_err(failed)?;
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        let mut opened = SweepFile {
            path: path.to_owned(),
            file,
            found,
        };
        if keep == 0 {
            opened.add(header)?;
        }
        Ok(opened)
    }

    /// How many points were there.
    pub fn found(&self) -> usize {
        self.found
    }

    /// Adds a text, which is in the file when this returns.
    pub fn add(&mut self, text: &str) -> Result<(), Failure> {
        let written = self
            .file
            .write_all(text.as_bytes())
            .and_then(|()| self.file.flush());
        written
            .map_err(|error| Failure::said(format!("`{}` cannot be written: {error}", self.path.display())))
    }
}

/// The length of the complete lines and their number.
fn complete(
    path: &Path,
    header: &str,
    rows: &[u8],
    points: usize,
    begins: &dyn Fn(usize) -> String,
) -> Result<(usize, usize), Failure> {
    let first = header.lines().count() + 1;
    let (mut length, mut found) = (0, 0);
    for line in rows
        .split_inclusive(|byte| *byte == b'\n')
        .filter(|line| line.ends_with(b"\n"))
    {
        if found >= points || !line.starts_with(begins(found).as_bytes()) {
            let what = if found >= points {
                String::from("is one more than the sweep has points")
            } else {
                format!("is not point {found} of this sweep")
            };
            return Err(refused(path, &format!("line {} {what}", first + found)));
        }
        length += line.len();
        found += 1;
    }
    Ok((length, found))
}

/// The first line in which the headers differ.
fn another(path: &Path, header: &str, bytes: &[u8]) -> Failure {
    let text = String::from_utf8_lossy(bytes);
    let mut theirs = text.lines();
    for (number, line) in header.lines().enumerate() {
        match theirs.next() {
            Some(other) if other == line => {}
            Some(other) => {
                let cut = |line: &str| line.chars().take(120).collect::<String>();
                return refused(
                    path,
                    &format!(
                        "line {} is `{}`, and that of this sweep is `{}`",
                        number + 1,
                        cut(other),
                        cut(line)
                    ),
                );
            }
            None => break,
        }
    }
    refused(path, "its header ends early")
}

fn refused(path: &Path, why: &str) -> Failure {
    let message = format!("`{}` is not the beginning of this sweep", path.display());
    let error = Diagnostic::placeless("E1206", message);
    Failure::diagnostic(
        error
            .help(why)
            .help("nothing was written; give another `--out`, or move that file away"),
        Sources::default(),
    )
}
