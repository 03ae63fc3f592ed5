//! The committed samples as they lie in `leaflets/`, for the demo.

macro_rules! leaflets {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("../leaflets/", $name)).as_slice())),*]
    };
}

/// Name and content of the twelve scans, in the order of their names.
pub const LEAFLETS: &[(&str, &[u8])] = leaflets![
    "01-ordinary.png",
    "02-colour.jpg",
    "03-sideways.jpg",
    "04-upside-down.png",
    "05-no-consent.jpg",
    "06-fax-like.tif",
    "07-crayons.jpg",
    "08-pdf.pdf",
    "09-pencil.tif",
    "10-dark-lid.jpg",
    "11-pdf-turned.pdf",
    "12-few-words.png",
];
