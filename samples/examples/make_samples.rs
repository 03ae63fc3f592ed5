//! Writes the committed samples anew: `cargo run -p samples --example make_samples [FOLDER]`, where FOLDER is
//! `samples` unless named. Others are made by `postbag samples make`.

use std::path::{Path, PathBuf};

use samples::{hostile, twelve, write_dir};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let own = || env!("CARGO_MANIFEST_DIR").to_owned();
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(own));
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
