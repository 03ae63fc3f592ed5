use image::GrayImage;

/// A picture of yes and no, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mask {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// One for each pixel, row by row.
    pub bits: Vec<bool>,
}

impl Mask {
    /// A mask without a single yes.
    pub fn empty(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            bits: vec![false; width * height],
        }
    }

    /// Yes where `picture` is darker than `threshold`.
    pub fn darker_than(picture: &GrayImage, threshold: u8) -> Self {
        Self {
            width: picture.width() as usize,
            height: picture.height() as usize,
            bits: picture.as_raw().iter().map(|v| *v < threshold).collect(),
        }
    }

    /// The pixel at `(x, y)`; no outside of the picture.
    pub fn at(&self, x: isize, y: isize) -> bool {
        let inside = x >= 0 && y >= 0 && (x as usize) < self.width && (y as usize) < self.height;
        inside && self.bits[y as usize * self.width + x as usize]
    }

    /// One row.
    pub fn row(&self, y: usize) -> &[bool] {
        &self.bits[y * self.width..(y + 1) * self.width]
    }

    /// How many pixels are yes.
    pub fn count(&self) -> usize {
        self.bits.iter().filter(|bit| **bit).count()
    }

    /// How many pixels of a part are yes; what lies outside counts as no.
    pub fn count_in(&self, area: Area) -> usize {
        let area = area.clipped(self.width, self.height);
        (area.y0..area.y1)
            .map(|y| {
                let row = &self.row(y)[area.x0..area.x1];
                row.iter().filter(|bit| **bit).count()
            })
            .sum()
    }
}

/// The first place from `start` on that is not as `value`, or the end of the row. Most of a page is paper, so that many
/// pixels are looked at together.
pub fn next_change(row: &[bool], start: usize, value: bool) -> usize {
    const TOGETHER: usize = 32;
    let different = |any: u8, bit: &bool| any | u8::from(*bit != value);
    let differs = |part: &[bool]| part.iter().fold(0, different) != 0;
    let mut at = start;
    for part in row[start..].chunks(TOGETHER) {
        if differs(part) {
            let first = part.iter().position(|bit| *bit != value);
            return at + first.unwrap_or(part.len());
        }
        at += part.len();
    }
    at
}

/// A part of a picture in whole pixels: `x0 <= x < x1`, `y0 <= y < y1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// Left.
    pub x0: usize,
    /// Top.
    pub y0: usize,
    /// Behind the last column.
    pub x1: usize,
    /// Behind the last row.
    pub y1: usize,
}

impl Area {
    /// The whole of a picture.
    pub const fn whole(width: usize, height: usize) -> Self {
        Self {
            x0: 0,
            y0: 0,
            x1: width,
            y1: height,
        }
    }

    /// How wide.
    pub const fn width(&self) -> usize {
        self.x1.saturating_sub(self.x0)
    }

    /// How high.
    pub const fn height(&self) -> usize {
        self.y1.saturating_sub(self.y0)
    }

    /// The part that lies inside a picture.
    #[must_use]
    pub fn clipped(self, width: usize, height: usize) -> Self {
        let (x1, y1) = (self.x1.min(width), self.y1.min(height));
        Self {
            x0: self.x0.min(x1),
            y0: self.y0.min(y1),
            x1,
            y1,
        }
    }

    /// The area that holds both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            x0: self.x0.min(other.x0),
            y0: self.y0.min(other.y0),
            x1: self.x1.max(other.x1),
            y1: self.y1.max(other.y1),
        }
    }

    /// The area that both share.
    #[must_use]
    pub fn common(self, other: Self) -> Self {
        let (x1, y1) = (self.x1.min(other.x1), self.y1.min(other.y1));
        Self {
            x0: self.x0.max(other.x0).min(x1),
            y0: self.y0.max(other.y0).min(y1),
            x1,
            y1,
        }
    }

    /// Whether a place lies inside.
    pub fn holds(self, (x, y): (f64, f64)) -> bool {
        let within = |from: usize, to: usize, at: f64| at >= from as f64 && at < to as f64;
        within(self.x0, self.x1, x) && within(self.y0, self.y1, y)
    }

    /// Whether the two share a pixel.
    pub const fn meets(self, other: Self) -> bool {
        self.x0 < other.x1 && other.x0 < self.x1 && self.y0 < other.y1 && other.y0 < self.y1
    }

    /// Whether the other lies wholly inside.
    pub const fn contains(self, other: Self) -> bool {
        self.x0 <= other.x0 && self.y0 <= other.y0 && other.x1 <= self.x1 && other.y1 <= self.y1
    }

    /// The area with every edge moved inwards.
    #[must_use]
    pub const fn shrunk(self, by: usize) -> Self {
        Self {
            x0: self.x0 + by,
            y0: self.y0 + by,
            x1: self.x1.saturating_sub(by),
            y1: self.y1.saturating_sub(by),
        }
    }

    /// The area with every edge moved outwards.
    #[must_use]
    pub const fn grown(self, by: usize) -> Self {
        Self {
            x0: self.x0.saturating_sub(by),
            y0: self.y0.saturating_sub(by),
            x1: self.x1 + by,
            y1: self.y1 + by,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_found_near_and_far_and_the_end_of_a_row_is_one() {
        let row: Vec<bool> = (0..200).map(|x| (90..95).contains(&x)).collect();
        assert_eq!(next_change(&row, 0, false), 90);
        assert_eq!(next_change(&row, 90, false), 90);
        assert_eq!(next_change(&row, 91, true), 95);
        assert_eq!(next_change(&row, 95, false), 200);
        assert_eq!(next_change(&row, 200, false), 200);
    }

    #[test]
    fn ink_outside_of_the_picture_counts_as_none() {
        let mut mask = Mask::empty(4, 2);
        mask.bits[5] = true;
        assert!(mask.at(1, 1) && !mask.at(-1, 1) && !mask.at(1, 2));
        let area = Area {
            x0: 1,
            y0: 1,
            x1: 90,
            y1: 90,
        };
        assert_eq!((mask.count(), mask.count_in(area)), (1, 1));
    }
}
