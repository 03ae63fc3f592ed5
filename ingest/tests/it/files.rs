//! Files as scanners write them, made here.

use std::fmt::Write as _;

use image::{DynamicImage, GrayImage, ImageFormat, RgbImage};

/// A grey picture in which every pixel depends on its place.
pub(crate) fn grey(width: u32, height: u32) -> GrayImage {
    GrayImage::from_fn(width, height, |x, y| {
        [u8::try_from((x * 7 + y * 13) % 256).unwrap()].into()
    })
}

/// A coloured picture in which every pixel depends on its place.
pub(crate) fn coloured(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let part = |n: u32| u8::try_from(n % 256).unwrap();
        [part(x * 3), part(y * 5), part(x + y)].into()
    })
}

/// A picture as a file.
pub(crate) fn encoded(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// The start of a PNG that claims to be `side` × `side` pixels, with one small block of data.
pub(crate) fn bomb(side: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side, side);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().unwrap();
    let zeros = [0x78, 0x9C, 0x63, 0, 0, 0, 1, 0, 1];
    writer.write_chunk(png::chunk::IDAT, &zeros).unwrap();
    drop(writer);
    bytes
}

/// A value of a TIFF tag.
#[derive(Clone)]
pub(crate) enum Value {
    Short(Vec<u16>),
    Long(u32),
    Rational(u32, u32),
}

/// One page of a TIFF file: its tags (without the place of its data) and its data.
#[derive(Clone)]
pub(crate) struct TiffPage {
    pub(crate) tags: Vec<(u16, Value)>,
    pub(crate) data: Vec<u8>,
}

impl TiffPage {
    /// A page with the tags that every page has.
    pub(crate) fn new(
        size: (u32, u32),
        bits: &[u16],
        compression: u16,
        photometric: u16,
        data: Vec<u8>,
    ) -> Self {
        let n_samples = u16::try_from(bits.len()).unwrap();
        let tags = vec![
            (256, Value::Long(size.0)),
            (257, Value::Long(size.1)),
            (258, Value::Short(bits.to_vec())),
            (259, Value::Short(vec![compression])),
            (262, Value::Short(vec![photometric])),
            (277, Value::Short(vec![n_samples])),
            (278, Value::Long(size.1)),
        ];
        Self { tags, data }
    }

    pub(crate) fn with(mut self, tag: u16, value: Value) -> Self {
        self.tags.retain(|(other, _)| *other != tag);
        self.tags.push((tag, value));
        self
    }

    pub(crate) fn with_dpi(self, dpi: u32) -> Self {
        self.with(282, Value::Rational(dpi, 1))
            .with(283, Value::Rational(dpi, 1))
            .with(296, Value::Short(vec![2]))
    }
}

/// A little-endian TIFF file.
pub(crate) fn tiff(pages: &[TiffPage]) -> Vec<u8> {
    let mut bytes = b"II*\0\0\0\0\0".to_vec();
    let mut link_at = 4;
    for page in pages {
        let data_at = append(&mut bytes, &page.data);
        let mut page = page
            .clone()
            .with(273, Value::Long(data_at))
            .with(279, Value::Long(u32::try_from(page.data.len()).unwrap()));
        page.tags.sort_by_key(|(tag, _)| *tag);
        let entries: Vec<u8> = page
            .tags
            .iter()
            .flat_map(|(tag, value)| entry(&mut bytes, *tag, value))
            .collect();
        let n_entries = u16::try_from(page.tags.len()).unwrap();
        let directory = [&n_entries.to_le_bytes()[..], &entries, &[0; 4]].concat();
        let directory_at = append(&mut bytes, &directory);
        bytes[link_at..link_at + 4].copy_from_slice(&directory_at.to_le_bytes());
        link_at = bytes.len() - 4;
    }
    bytes
}

fn entry(bytes: &mut Vec<u8>, tag: u16, value: &Value) -> Vec<u8> {
    let (kind, count, data): (u16, usize, Vec<u8>) = match value {
        Value::Short(values) => (
            3,
            values.len(),
            values
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect(),
        ),
        Value::Long(value) => (4, 1, value.to_le_bytes().to_vec()),
        Value::Rational(a, b) => (5, 1, [a.to_le_bytes(), b.to_le_bytes()].concat()),
    };
    let mut field = data.clone();
    if field.len() > 4 {
        field = append(bytes, &data).to_le_bytes().to_vec();
    }
    field.resize(4, 0);
    let count = u32::try_from(count).unwrap();
    [
        &tag.to_le_bytes()[..],
        &kind.to_le_bytes(),
        &count.to_le_bytes(),
        &field,
    ]
    .concat()
}

fn append(bytes: &mut Vec<u8>, more: &[u8]) -> u32 {
    bytes.resize(bytes.len().next_multiple_of(2), 0);
    let at = u32::try_from(bytes.len()).unwrap();
    bytes.extend(more);
    at
}

/// One page of a PDF.
pub(crate) enum PdfPage {
    /// A picture that fills a page of this size in points: a JPEG with its size in pixels.
    Picture {
        jpeg: Vec<u8>,
        size_px: (u32, u32),
        size_pt: (u32, u32),
    },
    /// Instructions on a page of this size.
    Drawn {
        instructions: String,
        size_pt: (u32, u32),
    },
}

/// A PDF file.
pub(crate) fn pdf(pages: &[PdfPage]) -> Vec<u8> {
    let mut file = PdfFile {
        bytes: b"%PDF-1.4\n".to_vec(),
        offsets: Vec::new(),
    };
    let kids = (0..pages.len()).fold(String::new(), |mut kids, i| {
        write!(kids, "{} 0 R ", 3 + 3 * i).unwrap();
        kids
    });
    file.object("<< /Type /Catalog /Pages 2 0 R >>".as_bytes());
    file.object(format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", pages.len()).as_bytes());
    for page in pages {
        file.page(page);
    }
    file.finish()
}

struct PdfFile {
    bytes: Vec<u8>,
    offsets: Vec<usize>,
}

impl PdfFile {
    /// Three objects: the page, its instructions, its picture.
    fn page(&mut self, page: &PdfPage) {
        let first = self.offsets.len() + 1;
        let ((width, height), instructions, picture) = match page {
            PdfPage::Drawn {
                instructions,
                size_pt,
            } => (*size_pt, instructions.clone(), b"null".to_vec()),
            PdfPage::Picture {
                jpeg,
                size_px,
                size_pt,
            } => {
                let place = format!("q {} 0 0 {} 0 0 cm /Im Do Q", size_pt.0, size_pt.1);
                (*size_pt, place, picture(jpeg, *size_px))
            }
        };
        self.object(
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Contents {} 0 R \
                 /Resources << /XObject << /Im {} 0 R >> >> >>",
                first + 1,
                first + 2
            )
            .as_bytes(),
        );
        self.object(
            format!(
                "<< /Length {} >>\nstream\n{instructions}\nendstream",
                instructions.len()
            )
            .as_bytes(),
        );
        self.object(&picture);
    }

    fn object(&mut self, body: &[u8]) {
        self.offsets.push(self.bytes.len());
        self.bytes
            .extend(format!("{} 0 obj\n", self.offsets.len()).as_bytes());
        self.bytes.extend(body);
        self.bytes.extend(b"\nendobj\n");
    }

    fn finish(mut self) -> Vec<u8> {
        let table_at = self.bytes.len();
        let size = self.offsets.len() + 1;
        let mut table = format!("xref\n0 {size}\n0000000000 65535 f \n");
        for offset in &self.offsets {
            writeln!(table, "{offset:010} 00000 n ").unwrap();
        }
        write!(
            table,
            "trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table_at}\n%%EOF\n"
        )
        .unwrap();
        self.bytes.extend(table.as_bytes());
        self.bytes
    }
}

fn picture(jpeg: &[u8], (width, height): (u32, u32)) -> Vec<u8> {
    let head = format!(
        "<< /Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceRGB \
         /BitsPerComponent 8 /Filter /DCTDecode /Length {} >>\nstream\n",
        jpeg.len()
    );
    [head.as_bytes(), jpeg, b"\nendstream"].concat()
}
