//! The four corners of a page in its picture: pixels, y down, clockwise from the page's own top-left.

use schemas::geometry::Point;
use store::PagePicture;

/// The corners in their order: what the form calls them, and what people do.
pub(super) const CORNERS: [(&str, &str); 4] = [
    ("top-left", "Top left"),
    ("top-right", "Top right"),
    ("bottom-right", "Bottom right"),
    ("bottom-left", "Bottom left"),
];

/// A page that covers less of its picture than this was not marked in earnest: each box would be a few pixels.
const MIN_SHARE: f64 = 0.02;
/// A corner that was cut off may lie outside of the picture, but not by more than half of it.
const MAX_OUTSIDE: f64 = 0.5;

/// Where the top of a page that fills its picture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Top {
    Up,
    Right,
    Down,
    Left,
}

impl Top {
    pub(super) const ALL: [Self; 4] = [Self::Up, Self::Right, Self::Down, Self::Left];

    /// What the form calls it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Right => "right",
            Self::Down => "down",
            Self::Left => "left",
        }
    }

    /// What people call it.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Up => "upright",
            Self::Right => "with its top to the right",
            Self::Down => "upside down",
            Self::Left => "with its top to the left",
        }
    }

    /// The corners of a page that fills the whole picture.
    pub(super) fn corners(self, picture: &PagePicture) -> [Point; 4] {
        let (width, height) = size(picture);
        let mut corners = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)];
        corners.rotate_left(match self {
            Self::Up => 0,
            Self::Right => 1,
            Self::Down => 2,
            Self::Left => 3,
        });
        corners.map(|(x, y)| Point::new(x, y))
    }
}

/// Why a page cannot lie like this.
///
/// # Errors
/// A sentence for the person who set the corners.
pub(super) fn check(corners: &[Point; 4], picture: &PagePicture) -> Result<(), &'static str> {
    let (width, height) = size(picture);
    let near =
        |value: f64, size: f64| value >= -MAX_OUTSIDE * size && value <= (1.0 + MAX_OUTSIDE) * size;
    if !corners
        .iter()
        .all(|p| near(p.x, width) && near(p.y, height))
    {
        return Err("A corner lies too far outside of the picture.");
    }
    if !is_convex_and_clockwise(corners) {
        return Err(
            "These corners do not go round the page. Begin with the page’s own top left, as you would read it, then its top right, bottom right and bottom left.",
        );
    }
    if area(corners) < MIN_SHARE * width * height {
        return Err("The corners lie so close together that nothing could be read between them.");
    }
    Ok(())
}

fn size(picture: &PagePicture) -> (f64, f64) {
    (f64::from(picture.width_px), f64::from(picture.height_px))
}

/// Each corner turns to the right, with y down.
fn is_convex_and_clockwise(corners: &[Point; 4]) -> bool {
    (0..4).all(|i| {
        let [a, b, c] = [corners[i], corners[(i + 1) % 4], corners[(i + 2) % 4]];
        (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x) > 0.0
    })
}

/// Source: the shoelace formula.
fn area(corners: &[Point; 4]) -> f64 {
    let twice: f64 = (0..4)
        .map(|i| {
            let (a, b) = (corners[i], corners[(i + 1) % 4]);
            a.x * b.y - b.x * a.y
        })
        .sum();
    twice.abs() / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture() -> PagePicture {
        let hash = "0".repeat(64);
        PagePicture {
            blob: schemas::BlobHash::parse(&hash).unwrap(),
            width_px: 100,
            height_px: 140,
            dpi: None,
        }
    }

    #[test]
    fn a_page_that_fills_its_picture_can_lie_in_four_ways() {
        for top in Top::ALL {
            assert_eq!(check(&top.corners(&picture()), &picture()), Ok(()));
        }
        let first = |top: Top| top.corners(&picture())[0];
        assert_eq!(first(Top::Up), Point::new(0.0, 0.0));
        assert_eq!(first(Top::Right), Point::new(100.0, 0.0));
        assert_eq!(first(Top::Down), Point::new(100.0, 140.0));
        assert_eq!(first(Top::Left), Point::new(0.0, 140.0));
    }

    #[test]
    fn corners_that_do_not_go_round_a_page_are_refused() {
        let mut corners = Top::Up.corners(&picture());
        corners.swap(2, 3);
        assert!(check(&corners, &picture()).is_err(), "crossed");
        corners = Top::Up.corners(&picture());
        corners.reverse();
        assert!(check(&corners, &picture()).is_err(), "mirrored");
        assert!(check(&[Point::new(5.0, 5.0); 4], &picture()).is_err());
        corners = Top::Up.corners(&picture());
        corners[0] = Point::new(-60.0, 0.0);
        assert!(check(&corners, &picture()).is_err(), "far outside");
        corners[0] = Point::new(-6.0, -4.0);
        assert_eq!(check(&corners, &picture()), Ok(()), "a cut corner");
        corners[0] = Point::new(f64::NAN, 0.0);
        assert!(check(&corners, &picture()).is_err());
    }
}
