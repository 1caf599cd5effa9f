//! A file on disk, read as text or refused in plain words.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Component, Path, PathBuf};

use crate::diagnostic::{Diagnostic, Sources, Span, suggest};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Reads a file. `wanted` is the place that names it, if a file does.
pub(super) fn read(
    path: &Path,
    wanted: Option<Span>,
    sources: &mut Sources,
) -> Result<String, Box<Diagnostic>> {
    let name = display(path);
    let refused = |code, message: String| match wanted {
        Some(span) => Diagnostic::error(code, span, message),
        None => Diagnostic::placeless(code, message),
    };
    let bytes = match bytes(path) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => {
            let message = format!("`{name}` is larger than {} MB", LARGEST / 1024 / 1024);
            let error = refused("E0101", message);
            return Err(error
                .help("a scenario is text written by hand; is this the right file?")
                .into());
        }
        Err(error) => return Err(unreadable(path, &error, refused).into()),
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

/// The content, or `None` if there is too much of it.
fn bytes(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= LARGEST).then_some(bytes))
}

/// The file that is meant by its name without its ending.
fn with_ending(path: &Path) -> Option<String> {
    let candidates = ["yaml", "yml"].map(|ending| path.with_extension(ending));
    candidates
        .iter()
        .find(|path| path.is_file())
        .map(|path| display(path))
}

fn unreadable(
    path: &Path,
    error: &io::Error,
    refused: impl Fn(&'static str, String) -> Diagnostic,
) -> Diagnostic {
    let name = match display(path) {
        here if here.is_empty() => String::from("."),
        name => name,
    };
    match error.kind() {
        _ if path.is_dir() => {
            refused("E0101", format!("`{name}` is a folder, not a file")).help("name a file in it")
        }
        ErrorKind::NotFound => {
            let missing = refused("E0101", format!("there is no file `{name}`"));
            match with_ending(path).or_else(|| neighbour(path)) {
                Some(near) => missing.help(format!("did you mean `{near}`?")),
                None => missing,
            }
        }
        ErrorKind::PermissionDenied => refused("E0101", format!("`{name}` may not be read"))
            .help("the system denies it; look at its permissions"),
        _ => refused("E0101", format!("`{name}` cannot be read: {error}")),
    }
}

/// A file beside the missing one, with nearly the same name.
fn neighbour(path: &Path) -> Option<String> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let wanted = path.file_name()?.to_string_lossy();
    let names: Vec<String> = fs::read_dir(folder)
        .ok()?
        .take(1000)
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .collect();
    let near = suggest(&wanted, names.iter().map(String::as_str))?;
    Some(display(&path.with_file_name(near)))
}

/// A path as messages show it, without `a/../`.
pub(super) fn display(path: &Path) -> String {
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
    clean.display().to_string()
}
