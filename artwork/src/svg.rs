//! A small writer of SVG: elements with attributes, everything escaped, nothing left open.

use std::fmt::Write as _;

use schemas::geometry::{BoxMm, Point};

/// A value of an attribute.
pub(crate) enum Value<'a> {
    /// A length, rounded to a micrometre.
    Number(f64),
    /// Any text.
    Text(&'a str),
}

impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

/// The attributes of an element, in order.
pub(crate) type Attributes<'a> = &'a [(&'a str, Value<'a>)];

/// An SVG that is being written.
pub(crate) struct Svg {
    out: String,
}

impl Svg {
    /// Begins a drawing of the given size in millimetres.
    pub(crate) fn new(width_mm: f64, height_mm: f64) -> Self {
        let mut svg = Self { out: String::new() };
        let width = format!("{}mm", number(width_mm));
        let height = format!("{}mm", number(height_mm));
        let view = format!("0 0 {} {}", number(width_mm), number(height_mm));
        svg.begin(
            "svg",
            &[
                ("xmlns", "http://www.w3.org/2000/svg".into()),
                ("width", width.as_str().into()),
                ("height", height.as_str().into()),
                ("viewBox", view.as_str().into()),
            ],
        );
        svg.out.push_str(">\n");
        svg
    }

    /// An element without children.
    pub(crate) fn element(&mut self, name: &str, attributes: Attributes<'_>) {
        self.begin(name, attributes);
        self.out.push_str("/>\n");
    }

    /// An element whose children are written by `children`.
    pub(crate) fn parent(
        &mut self,
        name: &str,
        attributes: Attributes<'_>,
        children: impl FnOnce(&mut Self),
    ) {
        self.begin(name, attributes);
        self.out.push('>');
        children(self);
        let _ = writeln!(self.out, "</{name}>");
    }

    /// A rectangle; `paint` is its other attributes.
    pub(crate) fn rectangle(&mut self, area: &BoxMm, paint: &[(&str, &str)]) {
        let place = [
            ("x", area.x),
            ("y", area.y),
            ("width", area.width),
            ("height", area.height),
        ];
        self.placed("rect", &place, paint);
    }

    /// A circle; `paint` is its other attributes.
    pub(crate) fn circle(&mut self, centre: Point, radius: f64, paint: &[(&str, &str)]) {
        let place = [("cx", centre.x), ("cy", centre.y), ("r", radius)];
        self.placed("circle", &place, paint);
    }

    /// A straight line; `paint` is its other attributes.
    pub(crate) fn line(&mut self, from: Point, to: Point, paint: &[(&str, &str)]) {
        let place = [("x1", from.x), ("y1", from.y), ("x2", to.x), ("y2", to.y)];
        self.placed("line", &place, paint);
    }

    /// A path in the syntax of SVG; `paint` is its other attributes.
    pub(crate) fn path(&mut self, path: &str, paint: &[(&str, &str)]) {
        let mut attributes = vec![("d", path.into())];
        attributes.extend(paint.iter().map(|(key, value)| (*key, (*value).into())));
        self.element("path", &attributes);
    }

    /// Words between two tags.
    pub(crate) fn words(&mut self, text: &str) {
        escape(&mut self.out, text);
    }

    /// The finished drawing.
    pub(crate) fn finish(mut self) -> String {
        self.out.push_str("</svg>\n");
        self.out
    }

    fn placed(&mut self, name: &str, place: &[(&str, f64)], paint: &[(&str, &str)]) {
        let place = place.iter().map(|(key, mm)| (*key, (*mm).into()));
        let paint = paint.iter().map(|(key, value)| (*key, (*value).into()));
        self.element(name, &place.chain(paint).collect::<Vec<_>>());
    }

    fn begin(&mut self, name: &str, attributes: Attributes<'_>) {
        let _ = write!(self.out, "<{name}");
        for (key, value) in attributes {
            let _ = write!(self.out, " {key}=\"");
            match value {
                Value::Number(n) => self.out.push_str(&number(*n)),
                Value::Text(text) => escape(&mut self.out, text),
            }
            self.out.push('"');
        }
    }
}

/// A length with at most three decimals and no trailing zeros.
pub(crate) fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0" } else { short }.to_owned()
}

/// Escapes markup and drops the control characters that XML 1.0 cannot carry.
fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_words_and_attributes_is_escaped() {
        let mut svg = Svg::new(10.0, 20.5);
        svg.parent("text", &[("id", "a\"b<c".into())], |s| {
            s.words("<b>R&D\u{1}</b>");
        });
        let text = svg.finish();
        assert!(
            text.contains("<text id=\"a&quot;b&lt;c\">&lt;b&gt;R&amp;D&lt;/b&gt;</text>"),
            "{text}"
        );
        assert!(text.contains("viewBox=\"0 0 10 20.5\""), "{text}");
    }

    #[test]
    fn numbers_are_short() {
        let numbers = [1.0, 2.5, -0.0001, 1.0 / 3.0].map(number);
        assert_eq!(numbers, ["1", "2.5", "0", "0.333"]);
    }
}
