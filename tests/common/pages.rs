//! Pages that keep their word: each command prints what stands there, each excerpt stands in the file it names, each step
//! of a tutorial is written into a file and read.
//!
//! - A ```` ```console ```` block holds commands behind `$ ` and their output. `cargo run --release -- ...` and
//!   `demarche ...` are run through the built binary, `cat FILE` reads the file; `cargo test --all-features` is what runs this. A line
//!   `...` stands for any lines left out.
//! - A comment on the line before a block says where the block comes from, or what is done with it:
//!
//! | comment | the block |
//! |---|---|
//! | `<!-- $ demarche ... -->` | is what the command prints |
//! | `<!-- FILE -->` | stands in a file of the repository |
//! | `<!-- write FILE -->` | becomes a file in the folder of the page |
//! | `<!-- add to FILE -->` | is added at the end of that file |
//! | `<!-- under KEY in FILE -->` | is added at the end of a section of that file |
//! | `<!-- replace KEY in FILE -->` | is put in place of that section |
//! | `<!-- over FILE -->` | compiles, laid over a scenario of the repository |
//!
//! A page that writes files has a folder of its own, in which its commands run; the others run in the repository.
//!
//! `BLESS=1 cargo test --test readme --test guide` writes the outputs anew. What was abridged by hand must then be abridged
//! again; the whole output is left in `target/tmp/pages`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use demarche::Scenario;

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file of the repository.
pub fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A page in Markdown.
pub struct Page {
    /// Its path in the repository.
    pub path: String,
    pub text: String,
}

/// A fenced block.
#[derive(Clone, Copy)]
pub struct Block<'t> {
    pub language: &'t str,
    /// What the comment before it says.
    pub comment: Option<&'t str>,
    pub text: &'t str,
    /// Where its text begins in the page.
    at: usize,
}

/// What is done with a block.
enum Done<'t> {
    /// Its commands are run: each with what is shown of its output.
    Runs(Vec<(&'t str, Vec<&'t str>)>),
    /// It is the output of a command.
    Prints(&'t str),
    /// It stands in a file.
    Quotes(&'t str),
    /// It is written into a file of the page.
    Writes(Edit<'t>, &'t str),
    /// It is laid over a scenario.
    Over(&'t str),
    Nothing,
}

enum Edit<'t> {
    Whole,
    End,
    Under(&'t str),
    Replace(&'t str),
}

impl<'t> Block<'t> {
    fn done(self) -> Done<'t> {
        let Some(comment) = self.comment else {
            return match self.language {
                "console" => Done::Runs(session(self.text)),
                _ => Done::Nothing,
            };
        };
        let in_file = |rest: &'t str| {
            rest.split_once(" in ")
                .unwrap_or_else(|| panic!("`{comment}` names no file"))
        };
        if let Some(command) = comment.strip_prefix("$ ") {
            Done::Prints(command)
        } else if let Some(file) = comment.strip_prefix("write ") {
            Done::Writes(Edit::Whole, file)
        } else if let Some(file) = comment.strip_prefix("add to ") {
            Done::Writes(Edit::End, file)
        } else if let Some(rest) = comment.strip_prefix("under ") {
            let (key, file) = in_file(rest);
            Done::Writes(Edit::Under(key), file)
        } else if let Some(rest) = comment.strip_prefix("replace ") {
            let (key, file) = in_file(rest);
            Done::Writes(Edit::Replace(key), file)
        } else if let Some(file) = comment.strip_prefix("over ") {
            Done::Over(file)
        } else {
            Done::Quotes(comment)
        }
    }
}

impl Page {
    pub fn open(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: read(path),
        }
    }

    pub fn blocks(&self) -> Vec<Block<'_>> {
        let mut found = Vec::new();
        let (mut open, mut comment) = (None, None);
        let mut at = 0;
        for line in self.text.split_inclusive('\n') {
            let plain = line.trim_end();
            match open {
                Some((language, from, comment)) if plain == "```" => {
                    found.push(Block {
                        language,
                        comment,
                        text: &self.text[from..at],
                        at: from,
                    });
                    open = None;
                }
                Some(_) => {}
                None => {
                    if let Some(language) = plain.strip_prefix("```") {
                        open = Some((language, at + line.len(), comment));
                    }
                    comment = plain
                        .strip_prefix("<!-- ")
                        .and_then(|rest| rest.strip_suffix(" -->"));
                }
            }
            at += line.len();
        }
        assert!(open.is_none(), "{}: a block is not closed", self.path);
        found
    }

    /// The commands of the page, each with what is shown of its output.
    pub fn sessions(&self) -> Vec<(&str, Vec<&str>)> {
        self.blocks()
            .into_iter()
            .flat_map(|block| match block.done() {
                Done::Runs(session) => session,
                _ => Vec::new(),
            })
            .collect()
    }

    /// The blocks that stand in files of the repository: the file and the language.
    pub fn quotes(&self) -> Vec<(&str, &str)> {
        self.blocks()
            .into_iter()
            .filter_map(|block| match block.done() {
                Done::Quotes(file) => Some((file, block.language)),
                _ => None,
            })
            .collect()
    }

    /// The blocks of these languages that nothing looks at, by their first lines.
    pub fn unlooked_at(&self, languages: &[&str]) -> Vec<&str> {
        self.blocks()
            .into_iter()
            .filter(|block| languages.contains(&block.language) && matches!(block.done(), Done::Nothing))
            .map(|block| block.text.lines().next().unwrap_or_default())
            .collect()
    }

    /// The folder in which the page's files are written.
    pub fn folder(&self) -> PathBuf {
        let name = self.path.replace(['/', '.'], "_");
        Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages").join(name)
    }

    /// Goes through the page from its beginning to its end; with `BLESS` set, writes the outputs anew. Gives how many
    /// commands were run.
    pub fn keeps_its_word(&self) -> usize {
        let bless = std::env::var_os("BLESS").is_some();
        let folder = self.folder();
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder");
        let blocks = self.blocks();
        let writes = blocks
            .iter()
            .any(|block| matches!(block.done(), Done::Writes(..)));
        let runs_in = if writes { folder.as_path() } else { root() };
        let (mut wrong, mut commands) = (String::new(), 0);
        let mut blessed: Vec<(Block<'_>, String)> = Vec::new();
        for block in blocks {
            let (session, alone) = match block.done() {
                Done::Runs(session) => (session, false),
                Done::Prints(command) => (vec![(command, block.text.lines().collect())], true),
                Done::Quotes(file) => {
                    if !read(file).contains(block.text) {
                        let _ = writeln!(wrong, "{file} does not hold:\n{}", block.text);
                    }
                    continue;
                }
                Done::Writes(edit, file) => {
                    write(&edit, &folder.join(file), block.text);
                    continue;
                }
                Done::Over(file) => {
                    if let Err(error) = over(file, block.text) {
                        let _ = writeln!(wrong, "over {file}:\n{error}");
                    }
                    continue;
                }
                Done::Nothing => continue,
            };
            let mut anew = String::new();
            for (command, shown) in session {
                commands += 1;
                let mut shows_now = shown.join("\n");
                if let Some(printed) = output(command, runs_in) {
                    let lines: Vec<&str> = printed.lines().collect();
                    if let Err(why) = shows(&shown, &lines) {
                        if shown.contains(&"...") || !bless {
                            let file = folder.join(format!("{commands}.txt"));
                            std::fs::write(&file, &printed).expect("a file");
                            let file = file.display();
                            let _ = writeln!(wrong, "$ {command}\n{why}\n(the whole output: {file})\n");
                        } else {
                            shows_now = printed.trim_end().to_owned();
                        }
                    }
                }
                if !alone {
                    let _ = writeln!(anew, "$ {command}");
                }
                if !shows_now.is_empty() {
                    let _ = writeln!(anew, "{shows_now}");
                }
            }
            blessed.push((block, anew));
        }
        if bless {
            let mut text = self.text.clone();
            for (block, anew) in blessed.iter().rev() {
                text.replace_range(block.at..block.at + block.text.len(), anew);
            }
            if text != self.text {
                std::fs::write(root().join(&self.path), text).expect("the page can be written");
            }
        }
        assert!(wrong.is_empty(), "{}:\n{wrong}", self.path);
        commands
    }

    /// The links of the page that lead nowhere: to other files, and to headings of this book's pages.
    pub fn broken_links(&self) -> Vec<String> {
        let here = root().join(&self.path);
        let here = here.parent().expect("a page stands in a folder");
        let mut prose = self.text.clone();
        for block in self.blocks().iter().rev() {
            prose.replace_range(block.at..block.at + block.text.len(), "");
        }
        prose
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
            .filter(|link| !link.starts_with("https://"))
            .filter(|link| {
                let (file, heading) = link.split_once('#').unwrap_or((link, ""));
                let text = match file {
                    "" => Some(self.text.clone()),
                    _ if !here.join(file).exists() => return true,
                    _ => std::fs::read_to_string(here.join(file)).ok(),
                };
                !heading.is_empty()
                    && !text.is_some_and(|text| headings(&text).iter().any(|anchor| anchor == heading))
            })
            .map(str::to_owned)
            .collect()
    }
}

/// The anchors of a page's headings.
fn headings(text: &str) -> Vec<String> {
    text.lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| {
            let words = line.trim_start_matches('#').trim().to_lowercase();
            let kept = words.chars().filter_map(|c| match c {
                ' ' => Some('-'),
                c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
                _ => None,
            });
            kept.collect()
        })
        .collect()
}

fn write(edit: &Edit<'_>, file: &Path, text: &str) {
    let now = match edit {
        Edit::Whole => String::new(),
        _ => std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display())),
    };
    let then = match edit {
        Edit::Whole => text.to_owned(),
        Edit::End => format!("{now}\n{text}"),
        Edit::Under(key) | Edit::Replace(key) => {
            let (from, to) = section(&now, key)
                .unwrap_or_else(|| panic!("{} has no section `{key}`:\n{now}", file.display()));
            match edit {
                Edit::Under(_) => format!("{}{text}{}", &now[..to], &now[to..]),
                _ => format!("{}{text}{}", &now[..from], &now[to..]),
            }
        }
    };
    std::fs::write(file, then).expect("the file of a page can be written");
}

/// Where a section begins and where its last line ends.
fn section(text: &str, key: &str) -> Option<(usize, usize)> {
    let mut found = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        match &mut found {
            None if line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':')) => {
                found = Some((at, end))
            }
            Some(_) if !line.starts_with([' ', '\n', '#']) => break,
            Some((_, to)) if line.starts_with(' ') => *to = end,
            _ => {}
        }
        at = end;
    }
    found
}

/// Compiles a block, laid over a scenario of the repository.
fn over(file: &str, text: &str) -> Result<(), String> {
    Scenario::open(root().join(file))
        .and_then(|scenario| scenario.with("page.yaml", text))
        .map_err(|error| error.to_string())?
        .compile()
        .map(|_| ())
        .map_err(|error| error.to_string())
}

/// The words of a command line; single quotes hold a word together.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for (at, part) in command.split('\'').enumerate() {
        if at % 2 == 1 {
            *words.last_mut().expect("never empty") += part;
            continue;
        }
        for (at, word) in part.split(' ').enumerate() {
            if at > 0 {
                words.push(String::new());
            }
            *words.last_mut().expect("never empty") += word;
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// What a command prints; nothing for `cargo test --all-features`.
fn output(command: &str, folder: &Path) -> Option<String> {
    if command == "cargo test --all-features" {
        return None;
    }
    if let Some(file) = command.strip_prefix("cat ") {
        return Some(
            std::fs::read_to_string(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}")),
        );
    }
    let args = ["cargo run --release -- ", "demarche "]
        .iter()
        .find_map(|start| command.strip_prefix(start));
    let args = args.unwrap_or_else(|| panic!("a page runs `{command}`, which this test does not know"));
    let ran = Command::new(env!("CARGO_BIN_EXE_demarche"))
        .args(words(args))
        .current_dir(folder)
        .output()
        .expect("the binary runs");
    Some(
        [ran.stdout, ran.stderr]
            .map(|bytes| String::from_utf8(bytes).expect("UTF-8"))
            .concat(),
    )
}

/// Whether the lines shown are those printed, `...` standing for any.
fn shows(shown: &[&str], printed: &[&str]) -> Result<(), String> {
    let mut at = 0;
    for (place, part) in shown.split(|line| *line == "...").enumerate() {
        let last = shown.iter().filter(|line| **line == "...").count() == place;
        let fits = |from: usize| printed.get(from..from + part.len()) == Some(part);
        let from = if place == 0 {
            Some(0).filter(|from| fits(*from))
        } else if last {
            printed
                .len()
                .checked_sub(part.len())
                .filter(|from| *from >= at && fits(*from))
        } else {
            (at..printed.len()).find(|from| fits(*from))
        };
        at = from.ok_or_else(|| format!("these lines are not printed:\n{}", part.join("\n")))? + part.len();
        if last && at != printed.len() {
            return Err("more is printed than is shown".to_owned());
        }
    }
    Ok(())
}

/// A console block as commands with what is shown of their output.
fn session(text: &str) -> Vec<(&str, Vec<&str>)> {
    let mut all: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("$ "), all.last_mut()) {
            (Some(command), _) => all.push((command, Vec::new())),
            (None, Some((_, shown))) => shown.push(line),
            (None, None) => panic!("output without a command: {line}"),
        }
    }
    all
}
