//! Draws layouts, to be looked at: `cargo run -p artwork --example draw FOLDER [LAYOUT.json …]`.
//!
//! Without files it draws every compiled-in layout. For each side it writes a PNG at 100 dpi.

use std::path::PathBuf;

use artwork::Print;
use schemas::layout::{Layout, builtin};
use schemas::payload::Serial;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("name a folder")?);
    std::fs::create_dir_all(&folder)?;
    let files: Vec<String> = arguments.collect();
    let layouts = if files.is_empty() {
        builtin()
    } else {
        files.iter().map(parse).collect::<Result<_>>()?
    };
    let print = Print::numbered(Serial::from_number(123));
    for layout in &layouts {
        for fault in artwork::preflight(layout, &print.prefix) {
            eprintln!("{}: {fault}", layout.id);
        }
        for side in &layout.sides {
            let name = format!("{}-v{}-{}.png", layout.id, layout.version, side.side);
            let picture = artwork::png(layout, side, 100.0, &print)?;
            std::fs::write(folder.join(name), picture)?;
        }
    }
    Ok(())
}

fn parse(file: &String) -> Result<Layout> {
    Ok(Layout::parse(&std::fs::read_to_string(file)?)?)
}
