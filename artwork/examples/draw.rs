//! Writes every compiled-in layout into a folder, to be looked at: `cargo run -p artwork --example draw FOLDER`.

use std::path::PathBuf;
use std::time::Instant;

use artwork::Print;
use schemas::payload::{DEFAULT_PREFIX, Serial};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("name a folder")?);
    std::fs::create_dir_all(&folder)?;
    for layout in schemas::layout::builtin() {
        let serials: Vec<Serial> = (1..=3).map(Serial::from_number).collect();
        let to = |end: &str| folder.join(format!("{}{end}", layout.id));
        std::fs::write(to(".pdf"), artwork::pdf(&layout, DEFAULT_PREFIX, &serials)?)?;
        for side in &layout.sides {
            let print = Print::numbered(serials[0].clone());
            let picture = artwork::png(&layout, side, 100.0, &print)?;
            std::fs::write(to(&format!("-{}.png", side.side)), picture)?;
            let drawing = artwork::outlined_svg(&layout, side, &print)?;
            std::fs::write(to(&format!("-{}.svg", side.side)), drawing)?;
            let start = Instant::now();
            let blank = artwork::blank(&layout, side, 200.0)?;
            eprintln!("blank at 200 dpi: {:?}", start.elapsed());
            blank.save(to(&format!("-{}-blank.png", side.side)))?;
        }
    }
    Ok(())
}
