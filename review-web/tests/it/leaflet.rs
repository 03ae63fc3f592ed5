//! Made-up leaflets, as the worker would have read them.

use image::{GrayImage, ImageFormat, Luma};
use schemas::geometry::{BoxPx, px_per_mm};
use schemas::layout::{Meaning, Region, builtin};
use schemas::reading::{
    Candidate, Engine, InkState, LineReading, MarkDecision, MarkReading, Reading, RegionReading,
    Status, Straightened, Warning, WarningCode,
};

const DPI: f64 = 100.0;
const WIDTH_PX: u32 = 827;
const HEIGHT_PX: u32 = 1169;

/// What somebody wrote.
#[derive(Clone, Debug)]
pub(crate) struct Leaflet {
    pub(crate) service: &'static str,
    pub(crate) postcode: &'static str,
    pub(crate) relationship: &'static str,
    pub(crate) consent: bool,
    pub(crate) story: &'static str,
    pub(crate) drawing: bool,
    /// Whether the machine expects to have read the story too badly for a draft.
    pub(crate) hard_to_read: bool,
}

impl Default for Leaflet {
    fn default() -> Self {
        Self {
            service: "Northern General Hospital",
            postcode: "S5 7AU",
            relationship: "patient",
            consent: true,
            story: "The nurses on the ward were kind.\nI was never left to wait for long.",
            drawing: false,
            hard_to_read: false,
        }
    }
}

impl Leaflet {
    /// As the worker hands it on.
    pub(crate) fn reading(&self, file: &str) -> Reading {
        let layout = builtin().remove(0);
        Reading {
            file: file.to_owned(),
            page_idx: 0,
            status: Status::Read,
            version: Some(layout.version),
            side: Some(1),
            serial: Some("000042".to_owned()),
            orientation_deg: Some(0.4),
            registration: None,
            straightened: Some(Straightened {
                width_px: WIDTH_PX,
                height_px: HEIGHT_PX,
                dpi: DPI,
            }),
            regions: layout.sides[0]
                .regions
                .iter()
                .map(|region| self.region(region))
                .collect(),
            margin: Vec::new(),
            no_leaflet: None,
            letter: None,
            layout: Some(layout.id),
            warnings: vec![Warning {
                code: WarningCode::LowResolution,
                cause: "The scan has 150 dots per inch.".to_owned(),
                next_action: "Scan at 300 next time.".to_owned(),
            }],
            engine: Engine {
                postbag: "0.1.0".to_owned(),
                text: "tesseract 5.3.0".to_owned(),
                layouts: String::new(),
            },
        }
    }

    fn region(&self, region: &Region) -> RegionReading {
        let value = match region.reads {
            Meaning::Service => Some(self.service),
            Meaning::Postcode => Some(self.postcode),
            Meaning::Relationship => Some(self.relationship),
            Meaning::Consent => self.consent.then_some("yes"),
            Meaning::Story => Some(self.story),
            _ => None,
        };
        RegionReading {
            id: region.id.clone(),
            kind: region.kind.as_str().to_owned(),
            reads: region.reads,
            box_px: box_px(region),
            state: self.ink(region, value),
            value: value.map(str::to_owned),
            candidates: candidates(region),
            lines: lines(region, value),
            predicted_cer: None,
            withheld: self.hard_to_read && region.reads == Meaning::Story,
            marks: self.marks(region),
            drawings: Vec::new(),
        }
    }

    fn ink(&self, region: &Region, value: Option<&str>) -> InkState {
        match (region.reads, value) {
            (Meaning::Drawing, _) if self.drawing => InkState::Drawing,
            (_, Some(_)) => InkState::Writing,
            _ => InkState::Blank,
        }
    }

    fn marks(&self, region: &Region) -> Vec<MarkReading> {
        let ticked = match region.reads {
            Meaning::Relationship => self.relationship,
            Meaning::Consent if self.consent => "yes",
            Meaning::Consent => "",
            _ => return Vec::new(),
        };
        let values = match region.reads {
            Meaning::Consent => &["yes"][..],
            _ => &["patient", "relative", "carer", "friend"][..],
        };
        let mark = |value: &&str| MarkReading {
            value: (*value).to_owned(),
            score: if *value == ticked { 0.4 } else { 0.01 },
            decision: if *value == ticked {
                MarkDecision::Ticked
            } else {
                MarkDecision::Empty
            },
        };
        values.iter().map(mark).collect()
    }
}

fn candidates(region: &Region) -> Vec<Candidate> {
    let candidate = |text: &str, evidence: &str| Candidate {
        service: None,
        text: text.to_owned(),
        confidence: 0.5,
        evidence: evidence.to_owned(),
    };
    match region.reads {
        Meaning::Postcode => vec![
            candidate("S5 7AU", "as written"),
            candidate("S5 7AV", "U read as V"),
        ],
        _ => Vec::new(),
    }
}

fn lines(region: &Region, value: Option<&str>) -> Vec<LineReading> {
    let texts = value
        .filter(|_| region.reads == Meaning::Story)
        .unwrap_or_default()
        .lines();
    texts
        .map(|text| LineReading {
            box_px: box_px(region),
            text: text.to_owned(),
            confidence: 0.8,
            predicted_cer: None,
        })
        .collect()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "boxes of a layout are small and positive"
)]
fn box_px(region: &Region) -> BoxPx {
    let px = |mm: f64| (mm * px_per_mm(DPI)).round() as u32;
    let area = region.area;
    BoxPx {
        x: px(area.x),
        y: px(area.y),
        width: px(area.width),
        height: px(area.height),
    }
}

/// A sheet with its boxes and some strokes in them.
pub(crate) fn sheet() -> Vec<u8> {
    let mut page = GrayImage::from_pixel(WIDTH_PX, HEIGHT_PX, Luma([252]));
    for region in &builtin()[0].sides[0].regions {
        let at = box_px(region);
        for x in at.x..at.x + at.width {
            page.put_pixel(x, at.y + at.height, Luma([120]));
            let wave = (x * 7) % 11 + (x / 3) % 5;
            if x > at.x + 8 && x < at.x + at.width / 2 {
                page.put_pixel(x, at.y + at.height / 2 + wave, Luma([40]));
            }
        }
    }
    png(&page)
}

/// A small drawing.
pub(crate) fn doodle() -> Vec<u8> {
    let mut drawing = GrayImage::from_pixel(240, 160, Luma([255]));
    for x in 20..220_u32 {
        let y = 80 + (x % 40).abs_diff(20);
        drawing.put_pixel(x, y, Luma([30]));
        drawing.put_pixel(x, y + 1, Luma([30]));
    }
    png(&drawing)
}

fn png(image: &GrayImage) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("a small picture is written to memory");
    bytes.into_inner()
}
