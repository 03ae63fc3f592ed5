//! `postbag layout print`.

use anyhow::{Context as _, bail};
use artwork::{Finish, Print};
use schemas::layout::{Layout, Side};
use schemas::payload::Serial;

use crate::cli::PrintLayout;
use crate::config::Reading;
use crate::output;

/// A run of serials is one file; more than this is a typing error.
const MAX_SERIALS: u32 = 10_000;

/// Writes leaflets into the file that `how` names.
pub(super) fn print(layout: &Layout, reading: &Reading, how: &PrintLayout) -> anyhow::Result<()> {
    let copies = Copies {
        layout,
        serials: parse_serials(how.serials.as_deref())?,
        prefix: &reading.code_prefix,
        how,
    };
    copies.refuse_forms_of_others()?;
    let out = &how.out;
    let ending = out
        .extension()
        .and_then(|ending| ending.to_str())
        .unwrap_or_default()
        .to_ascii_lowercase();
    if how.crop_marks && ending != "pdf" {
        bail!("--crop-marks are for a print shop: print to a .pdf");
    }
    let bytes = match ending.as_str() {
        "pdf" => copies.pdf()?,
        "svg" => copies.svg()?.into_bytes(),
        "png" => copies.png()?,
        _ => bail!("{} must end in .pdf, .svg or .png", out.display()),
    };
    std::fs::write(out, bytes).with_context(|| format!("cannot write {}", out.display()))?;
    output::line(&format!("wrote {}", out.display()))
}

/// `A..B` (both ends included) as serials; one copy without a serial when there is no range.
fn parse_serials(range: Option<&str>) -> anyhow::Result<Vec<Option<Serial>>> {
    let Some(range) = range else {
        return Ok(vec![None]);
    };
    let (first, last) = range.split_once("..").unwrap_or((range, range));
    let parse = |text: &str| {
        text.trim()
            .parse::<u32>()
            .with_context(|| format!("{range:?} is not a range of serials such as 1..500"))
    };
    let (first, last) = (parse(first)?, parse(last)?);
    if first > last {
        bail!("the serials {range} go backwards");
    }
    if last - first >= MAX_SERIALS {
        bail!(
            "the serials {range} are more than {MAX_SERIALS} leaflets; print them in several files"
        );
    }
    Ok((first..=last)
        .map(|number| Some(Serial::from_number(number)))
        .collect())
}

/// What to print.
struct Copies<'a> {
    layout: &'a Layout,
    serials: Vec<Option<Serial>>,
    prefix: &'a str,
    how: &'a PrintLayout,
}

impl Copies<'_> {
    fn refuse_forms_of_others(&self) -> anyhow::Result<()> {
        match self.layout.sides.iter().find(|side| side.blank.is_some()) {
            Some(side) => bail!(
                "side {} of {} is somebody else's form: Postbag reads it but cannot print it",
                side.side,
                self.layout.id
            ),
            None => Ok(()),
        }
    }

    fn pdf(&self) -> anyhow::Result<Vec<u8>> {
        let serials: Vec<Serial> = self.serials.iter().flatten().cloned().collect();
        let finish = if self.how.crop_marks {
            Finish::CropMarks
        } else {
            Finish::Trimmed
        };
        Ok(artwork::pdf(self.layout, self.prefix, &serials, finish)?)
    }

    fn svg(&self) -> anyhow::Result<String> {
        let (side, print) = self.single()?;
        Ok(artwork::outlined_svg(self.layout, side, &print)?)
    }

    fn png(&self) -> anyhow::Result<Vec<u8>> {
        let (side, print) = self.single()?;
        let dpi = self.how.dpi;
        if !(50..=1200).contains(&dpi) {
            bail!("--dpi must be 50 to 1200");
        }
        Ok(artwork::png(self.layout, side, f64::from(dpi), &print)?)
    }

    /// The side and serial of a picture, which shows one side of one leaflet.
    fn single(&self) -> anyhow::Result<(&Side, Print)> {
        let [serial] = self.serials.as_slice() else {
            bail!("a picture shows one leaflet; print several serials as .pdf");
        };
        let number = self.how.side;
        let side = self
            .layout
            .side(number)
            .with_context(|| format!("{} has no side {number}", self.layout.id))?;
        let print = Print {
            prefix: self.prefix.to_owned(),
            serial: serial.clone(),
        };
        Ok((side, print))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_serials_has_both_ends() {
        let serials = parse_serials(Some("9..11")).unwrap();
        let texts: Vec<String> = serials.iter().flatten().map(ToString::to_string).collect();
        assert_eq!(texts, ["000009", "000010", "000011"]);
        assert_eq!(parse_serials(None).unwrap(), [None]);
    }

    #[test]
    fn wrong_ranges_say_what_is_wrong() {
        for (range, words) in [
            ("11..9", "go backwards"),
            ("1..20000", "more than 10000 leaflets"),
            ("one..two", "is not a range of serials such as 1..500"),
            ("-1..3", "is not a range of serials"),
        ] {
            let error = parse_serials(Some(range)).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }

    fn printed(change: impl FnOnce(&mut PrintLayout, &mut Layout)) -> anyhow::Result<Vec<u8>> {
        let mut layout = schemas::layout::builtin().remove(2);
        let number = std::process::id();
        let folder = std::env::temp_dir().join(format!("postbag-print-{number}"));
        std::fs::create_dir_all(&folder)?;
        let mut how = PrintLayout {
            out: folder.join("print.pdf"),
            serials: None,
            side: 1,
            dpi: 50,
            crop_marks: false,
        };
        change(&mut how, &mut layout);
        print(&layout, &Reading::default(), &how)?;
        Ok(std::fs::read(&how.out)?)
    }

    #[test]
    fn crop_marks_are_refused_for_pictures() {
        let error = printed(|how, _| {
            how.out.set_extension("png");
            how.crop_marks = true;
        });
        assert!(error.unwrap_err().to_string().contains("print to a .pdf"));
    }

    #[test]
    fn a_form_of_somebody_else_is_not_printed() {
        let error = printed(|_, layout| layout.sides[1].blank = Some("form.png".to_owned()));
        let error = error.unwrap_err().to_string();
        assert!(
            error.contains("side 2 of story-a5 is somebody else's form"),
            "{error}"
        );
    }

    #[test]
    fn the_second_side_is_printed_as_a_picture() {
        let bytes = printed(|how, _| {
            how.out.set_extension("png");
            how.side = 2;
        });
        assert!(bytes.unwrap().starts_with(b"\x89PNG"));
    }
}
