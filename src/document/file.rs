//! A file on disk, read as text or refused in plain words.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Sources, Span, suggest};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 32 * 1024 * 1024;

/// Where files are read from.
#[derive(Clone, Debug, Default)]
pub(super) enum Files {
    /// From the disk.
    #[default]
    Disk,
    /// From memory, and never from the disk: bytes by path.
    Memory(Arc<BTreeMap<PathBuf, Vec<u8>>>),
}

impl Files {
    /// These files and no others.
    pub(super) fn memory<P: AsRef<Path>>(files: impl IntoIterator<Item = (P, Vec<u8>)>) -> Files {
        let files = files.into_iter();
        Files::Memory(Arc::new(
            files.map(|(path, bytes)| (clean(path.as_ref()), bytes)).collect(),
        ))
    }

    /// Whether there is such a file.
    pub(super) fn has(&self, path: &Path) -> bool {
        match self {
            Files::Disk => path.is_file(),
            Files::Memory(files) => files.contains_key(&clean(path)),
        }
    }

    /// What makes two paths the same file.
    pub(super) fn identity(&self, path: &Path) -> PathBuf {
        match self {
            Files::Disk => path.canonicalize().unwrap_or_else(|_| clean(path)),
            Files::Memory(_) => clean(path),
        }
    }

    /// The content, or `None` if there is too much of it.
    fn bytes(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        let mut bytes = Vec::new();
        match self {
            Files::Disk => {
                // Opening a pipe waits until somebody writes into it, and a device may never come to its end.
                if !fs::metadata(path)?.is_file() {
                    return Err(io::Error::from(ErrorKind::InvalidInput));
                }
                File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
            }
            Files::Memory(files) => {
                let found = files.get(&clean(path));
                bytes.clone_from(found.ok_or_else(|| io::Error::from(ErrorKind::NotFound))?);
            }
        }
        Ok((bytes.len() as u64 <= LARGEST).then_some(bytes))
    }

    /// The names of the files beside this one.
    fn beside(&self, path: &Path) -> Vec<String> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let name = |path: &Path| Some(path.file_name()?.to_string_lossy().into_owned());
        match self {
            Files::Disk => fs::read_dir(folder.unwrap_or(Path::new(".")))
                .into_iter()
                .flatten()
                .take(1000)
                .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
                .collect(),
            Files::Memory(files) => {
                let folder = folder.map(clean).unwrap_or_default();
                let beside = files.keys().filter(|path| path.parent() == Some(&folder));
                beside.filter_map(|path| name(path)).collect()
            }
        }
    }
}

/// Reads a file. `wanted` is the place that names it, if a file does.
pub(super) fn read(
    files: &Files,
    path: &Path,
    wanted: Option<Span>,
    sources: &mut Sources,
) -> Result<String, Box<Diagnostic>> {
    let name = display(path);
    let refused = |code, message: String| match wanted {
        Some(span) => Diagnostic::error(code, span, message),
        None => Diagnostic::placeless(code, message),
    };
    let bytes = match files.bytes(path) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => {
            let message = format!("`{name}` is larger than {} MB", LARGEST / 1024 / 1024);
            let error = refused("E0101", message);
            return Err(error
                .help("a scenario is text written by hand; is this the right file?")
                .into());
        }
        Err(error) => return Err(unreadable(files, path, &error, refused).into()),
    };
    let bytes = bytes
        .strip_prefix(b"\xEF\xBB\xBF")
        .map(<[u8]>::to_vec)
        .unwrap_or(bytes);
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err(refused("E0102", format!("`{name}` is written in UTF-16"))
            .help("save it as UTF-8")
            .into());
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let byte = error.as_bytes().get(at).copied().unwrap_or_default();
        let source = sources.add(name.clone(), String::from_utf8_lossy(error.as_bytes()).as_ref());
        let place = Span::new(source, at, at + char::REPLACEMENT_CHARACTER.len_utf8());
        Diagnostic::error("E0102", place, format!("`{name}` is not UTF-8 text"))
            .label(format!("the byte {byte:#04X} here is no part of a letter"))
            .help("save the file as UTF-8")
            .into()
    })
}

/// The file that is meant by its name without its ending.
fn with_ending(files: &Files, path: &Path) -> Option<String> {
    let candidates = ["yaml", "yml"].map(|ending| path.with_extension(ending));
    candidates
        .iter()
        .find(|path| files.has(path))
        .map(|path| display(path))
}

fn unreadable(
    files: &Files,
    path: &Path,
    error: &io::Error,
    refused: impl Fn(&'static str, String) -> Diagnostic,
) -> Diagnostic {
    let name = match display(path) {
        here if here.is_empty() => String::from("."),
        name => name,
    };
    match error.kind() {
        _ if matches!(files, Files::Disk) && path.is_dir() => {
            refused("E0101", format!("`{name}` is a folder, not a file")).help("name a file in it")
        }
        ErrorKind::NotFound => {
            let missing = refused("E0101", format!("there is no file `{name}`"));
            match with_ending(files, path).or_else(|| neighbour(files, path)) {
                Some(near) => missing.help(format!("did you mean `{near}`?")),
                None => missing,
            }
        }
        ErrorKind::InvalidInput => refused("E0101", format!("`{name}` is a pipe or a device, not a file"))
            .help("save what comes out of it to a file, and name that"),
        ErrorKind::PermissionDenied => refused("E0101", format!("`{name}` may not be read"))
            .help("the system denies it; look at its permissions"),
        _ => refused("E0101", format!("`{name}` cannot be read: {error}")),
    }
}

/// A file beside the missing one, with nearly the same name.
fn neighbour(files: &Files, path: &Path) -> Option<String> {
    let wanted = path.file_name()?.to_string_lossy();
    let names = files.beside(path);
    let near = suggest(&wanted, names.iter().map(String::as_str))?;
    Some(display(&path.with_file_name(near)))
}

/// A path as messages show it, without `a/../`.
pub(super) fn display(path: &Path) -> String {
    clean(path).display().to_string()
}

fn clean(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(clean.components().next_back(), Some(Component::Normal(_))) => {
                clean.pop();
            }
            part => clean.push(part),
        }
    }
    clean
}
