//! Writes the committed samples anew: `cargo run -p samples --example make_samples [FOLDER]`, where FOLDER is
//! `samples` unless named. `cargo run -p samples --example make_samples FOLDER SEED COUNT` writes others.

use std::path::{Path, PathBuf};

use samples::{Options, hostile, make, twelve, write_dir};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let own = || env!("CARGO_MANIFEST_DIR").to_owned();
    let folder = PathBuf::from(words.first().cloned().unwrap_or_else(own));
    if let [_, seed, count] = words.as_slice() {
        let layout = schemas::layout::builtin().remove(0);
        let options = Options::of(layout);
        write_dir(&folder, make(seed.parse()?, count.parse()?, &options))?;
        return Ok(());
    }
    write_dir(&folder.join("leaflets"), twelve::twelve())?;
    write_hostile(&folder.join("hostile"))
}

fn write_hostile(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let jpeg = twelve::twelve().nth(4).ok_or("there are twelve")??;
    std::fs::write(folder.join("text-renamed.png"), hostile::renamed_text())?;
    std::fs::write(folder.join("empty.jpg"), [])?;
    std::fs::write(folder.join("truncated.jpg"), hostile::truncated(&jpeg))?;
    std::fs::write(folder.join("bomb-60000x60000.png"), hostile::bomb()?)?;
    Ok(())
}
