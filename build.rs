//! Lists the vocabulary, so that a new concept is a new file in `seeds/vocabulary/` and no line of Rust.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    let root = Path::new(&root).join("seeds/vocabulary");
    println!("cargo:rerun-if-changed=seeds/vocabulary");
    let mut table = String::from("&[\n");
    for folder in ["law", "behaviour"] {
        println!("cargo:rerun-if-changed=seeds/vocabulary/{folder}");
        let Ok(entries) = fs::read_dir(root.join(folder)) else {
            continue;
        };
        let mut names = entries
            .map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()))
            .collect::<io::Result<Vec<_>>>()?;
        names.retain(|name| name.ends_with(".yaml"));
        names.sort();
        for name in names {
            let path = root.join(folder).join(&name);
            table += &format!(
                "    ({:?}, include_str!({path:?})),\n",
                format!("{folder}/{name}")
            );
        }
    }
    table += "]\n";
    fs::write(Path::new(&out).join("vocabulary.rs"), table)
}
