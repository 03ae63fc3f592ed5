//! Small scans, each with a noise of its own: all are different, and all cost little.

use std::fmt::Write as _;
use std::io::Cursor;

use image::{GrayImage, ImageFormat, RgbImage};

use super::dice::Dice;

const WIDTH: u32 = 40;
const HEIGHT: u32 = 56;

/// A picture of one page.
pub(super) fn picture(dice: &mut Dice, format: ImageFormat) -> Vec<u8> {
    let mut pixels = vec![0; (WIDTH * HEIGHT * 3) as usize];
    dice.fill(&mut pixels);
    let image = RgbImage::from_raw(WIDTH, HEIGHT, pixels).unwrap();
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A TIFF file of several grey pages, each a directory behind its pixels.
pub(super) fn tiff(dice: &mut Dice, n_pages: usize) -> Vec<u8> {
    const SHORT: u16 = 3;
    const LONG: u16 = 4;
    let mut bytes = b"II*\0\0\0\0\0".to_vec();
    let mut link_at = 4;
    for _ in 0..n_pages {
        let mut pixels = GrayImage::new(WIDTH, HEIGHT).into_raw();
        dice.fill(&mut pixels);
        let pixels_at = u32::try_from(bytes.len()).unwrap();
        bytes.extend(&pixels);
        let directory_at = u32::try_from(bytes.len()).unwrap();
        bytes[link_at..link_at + 4].copy_from_slice(&directory_at.to_le_bytes());
        let tags = [
            (256, LONG, WIDTH),
            (257, LONG, HEIGHT),
            (258, SHORT, 8),
            (259, SHORT, 1),
            (262, SHORT, 1),
            (273, LONG, pixels_at),
            (277, SHORT, 1),
            (278, LONG, HEIGHT),
            (279, LONG, WIDTH * HEIGHT),
        ];
        bytes.extend(u16::try_from(tags.len()).unwrap().to_le_bytes());
        for (tag, kind, value) in tags {
            bytes.extend(u16::to_le_bytes(tag));
            bytes.extend(kind.to_le_bytes());
            bytes.extend(1_u32.to_le_bytes());
            bytes.extend(value.to_le_bytes());
        }
        link_at = bytes.len();
        bytes.extend([0; 4]);
    }
    bytes
}

/// A PDF of several pages, each one picture.
pub(super) fn pdf(dice: &mut Dice, n_pages: usize) -> Vec<u8> {
    let mut bodies = vec![b"<< /Type /Catalog /Pages 2 0 R >>".to_vec()];
    let kids: Vec<String> = (0..n_pages)
        .map(|page| format!("{} 0 R", 3 + 3 * page))
        .collect();
    let kids = kids.join(" ");
    bodies.push(format!("<< /Type /Pages /Kids [{kids}] /Count {n_pages} >>").into_bytes());
    for page in 0..n_pages {
        let content = format!("q {WIDTH} 0 0 {HEIGHT} 0 0 cm /Im Do Q");
        let first = 3 + 3 * page;
        bodies.push(
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents {} 0 R \
                 /Resources << /XObject << /Im {} 0 R >> >> >>",
                first + 1,
                first + 2
            )
            .into_bytes(),
        );
        bodies.push(stream("", content.as_bytes()));
        let keys = format!(
            "/Type /XObject /Subtype /Image /Width {WIDTH} /Height {HEIGHT} /ColorSpace /DeviceRGB \
             /BitsPerComponent 8 /Filter /DCTDecode"
        );
        bodies.push(stream(&keys, &picture(dice, ImageFormat::Jpeg)));
    }
    pdf_of(&bodies)
}

fn stream(keys: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("<< {keys} /Length {} >>\nstream\n", content.len());
    [head.as_bytes(), content, b"\nendstream"].concat()
}

fn pdf_of(bodies: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let size = bodies.len() + 1;
    let mut table = format!("xref\n0 {size}\n0000000000 65535 f \n");
    for (body, number) in bodies.iter().zip(1..) {
        writeln!(table, "{:010} 00000 n ", bytes.len()).unwrap();
        bytes.extend(format!("{number} 0 obj\n").as_bytes());
        bytes.extend(body);
        bytes.extend(b"\nendobj\n");
    }
    let table_at = bytes.len();
    bytes.extend(table.as_bytes());
    let trailer =
        format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table_at}\n%%EOF\n");
    bytes.extend(trailer.as_bytes());
    bytes
}
