use super::mask::{Area, Mask, next_change};

/// A row of neighbouring ink pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// The row.
    pub y: usize,
    /// The first column.
    pub x0: usize,
    /// Behind the last column.
    pub x1: usize,
}

impl Run {
    /// The column halfway between its edges.
    pub fn middle_x(&self) -> f64 {
        f64::midpoint(self.x0 as f64, self.x1 as f64)
    }

    /// How many pixels.
    pub fn length_px(&self) -> usize {
        self.x1 - self.x0
    }
}

/// Ink that hangs together, corners included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// Its outline's box.
    pub bounds: Area,
    /// How many pixels.
    pub area_px: usize,
    /// Its pixels, from top to bottom.
    pub runs: Vec<Run>,
}

impl Component {
    /// The mean row of its pixels.
    pub fn middle_y(&self) -> f64 {
        let sum: usize = self.runs.iter().map(|run| run.y * (run.x1 - run.x0)).sum();
        sum as f64 / self.area_px.max(1) as f64
    }

    /// The mean column of its pixels.
    pub fn middle_x(&self) -> f64 {
        let of_run = |run: &Run| (run.x0 + run.x1 - 1) as f64 / 2.0 * (run.x1 - run.x0) as f64;
        self.runs.iter().map(of_run).sum::<f64>() / self.area_px.max(1) as f64
    }

    /// The same component, farther to the right and down.
    #[must_use]
    pub fn moved(mut self, dx: usize, dy: usize) -> Self {
        for run in &mut self.runs {
            (run.y, run.x0, run.x1) = (run.y + dy, run.x0 + dx, run.x1 + dx);
        }
        let Area { x0, y0, x1, y1 } = self.bounds;
        self.bounds = Area {
            x0: x0 + dx,
            y0: y0 + dy,
            x1: x1 + dx,
            y1: y1 + dy,
        };
        self
    }

    /// The part of it that lies in an area.
    pub fn clipped(&self, area: Area) -> Option<Self> {
        let rows = self
            .runs
            .iter()
            .filter(|run| (area.y0..area.y1).contains(&run.y));
        let cut = rows.map(|run| Run {
            y: run.y,
            x0: run.x0.max(area.x0),
            x1: run.x1.min(area.x1),
        });
        Self::of_runs(cut.filter(|run| run.x0 < run.x1).collect())
    }

    /// The mean place of its pixels.
    pub fn middle(&self) -> (f64, f64) {
        (self.middle_x(), self.middle_y())
    }

    /// How many edges between its pixels and others there are.
    pub fn outline_px(&self) -> usize {
        let sides = 2 * self.runs.len();
        let shared = |(idx, run): (usize, &Run)| -> usize {
            let above = self.runs[..idx].iter().rev();
            above
                .skip_while(|other| other.y == run.y)
                .take_while(|other| other.y + 1 == run.y)
                .map(|other| other.x1.min(run.x1).saturating_sub(other.x0.max(run.x0)))
                .sum()
        };
        let shared: usize = self.runs.iter().enumerate().map(shared).sum();
        sides + 2 * (self.area_px - shared)
    }

    /// How many pixels inside of its box it encloses: neither its own nor to be reached from outside.
    pub fn enclosed_px(&self) -> usize {
        // One pixel of paper all around, so that the outside hangs together.
        let (width, height) = (self.bounds.width() + 2, self.bounds.height() + 2);
        let mut reached = Mask::empty(width, height);
        for run in &self.runs {
            let start = (run.y + 1 - self.bounds.y0) * width + 1;
            let (x0, x1) = (run.x0 - self.bounds.x0, run.x1 - self.bounds.x0);
            reached.bits[start + x0..start + x1].fill(true);
        }
        let mut open = vec![0];
        reached.bits[0] = true;
        while let Some(at) = open.pop() {
            let (x, y) = (at % width, at / width);
            let next = [
                (x > 0).then(|| at - 1),
                (x + 1 < width).then(|| at + 1),
                (y > 0).then(|| at - width),
                (y + 1 < height).then(|| at + width),
            ];
            for to in next.into_iter().flatten() {
                if !std::mem::replace(&mut reached.bits[to], true) {
                    open.push(to);
                }
            }
        }
        width * height - reached.count()
    }

    /// About how thick its strokes are.
    pub fn stroke_px(&self) -> f64 {
        // The stairs of a slanting edge are longer than the edge, on average by this much.
        let outline = self.outline_px() as f64 * std::f64::consts::FRAC_PI_4;
        2.0 * self.area_px as f64 / outline.max(1.0)
    }

    /// About how long its strokes are.
    pub fn length_px(&self) -> f64 {
        self.area_px as f64 / self.stroke_px().max(1.0)
    }

    /// The component made of these runs.
    pub fn of_runs(runs: Vec<Run>) -> Option<Self> {
        let first = runs.first()?;
        let mut bounds = Area {
            x0: first.x0,
            y0: first.y,
            x1: first.x1,
            y1: first.y + 1,
        };
        let mut area_px = 0;
        for run in &runs {
            bounds = bounds.union(Area {
                x0: run.x0,
                y0: run.y,
                x1: run.x1,
                y1: run.y + 1,
            });
            area_px += run.x1 - run.x0;
        }
        Some(Self {
            bounds,
            area_px,
            runs,
        })
    }
}

/// The components of a mask, in the order of their first pixel.
///
/// Source: runs joined by union-find; L. He et al., *A run-based two-scan labeling algorithm*, IEEE TIP 2008.
pub fn components(mask: &Mask) -> Vec<Component> {
    let runs = runs(mask);
    let mut parents: Vec<usize> = (0..runs.len()).collect();
    join_rows(&runs, &mut parents);
    let mut places = vec![usize::MAX; runs.len()];
    let mut groups: Vec<Vec<Run>> = Vec::new();
    for (idx, run) in runs.iter().enumerate() {
        let root = root(&mut parents, idx);
        if places[root] == usize::MAX {
            places[root] = groups.len();
            groups.push(Vec::new());
        }
        groups[places[root]].push(*run);
    }
    groups.into_iter().filter_map(Component::of_runs).collect()
}

/// The boxes around what lies closer together than a gap.
pub fn outlines(boxes: &[Area], gap_px: usize) -> Vec<Area> {
    let reach = gap_px / 2;
    let mut found: Vec<Area> = Vec::new();
    for area in boxes {
        let mut outline = *area;
        while let Some(near) = found
            .iter()
            .position(|other| other.grown(reach).meets(outline.grown(reach)))
        {
            outline = outline.union(found.swap_remove(near));
        }
        found.push(outline);
    }
    found
}

fn runs(mask: &Mask) -> Vec<Run> {
    let mut found = Vec::new();
    for y in 0..mask.height {
        let row = mask.row(y);
        let mut x0 = next_change(row, 0, false);
        while x0 < mask.width {
            let x1 = next_change(row, x0, true);
            found.push(Run { y, x0, x1 });
            x0 = next_change(row, x1, false);
        }
    }
    found
}

/// Joins each run with the runs of the row above that it touches.
fn join_rows(runs: &[Run], parents: &mut [usize]) {
    let mut above = 0;
    for idx in 0..runs.len() {
        let run = runs[idx];
        while above < idx && is_before(&runs[above], &run) {
            above += 1;
        }
        let mut other = above;
        while other < idx && runs[other].y + 1 == run.y && runs[other].x0 <= run.x1 {
            let (a, b) = (root(parents, other), root(parents, idx));
            parents[a.max(b)] = a.min(b);
            other += 1;
        }
    }
}

/// Whether `above` can touch neither `run` nor anything to the right of it.
fn is_before(above: &Run, run: &Run) -> bool {
    above.y + 1 < run.y || (above.y + 1 == run.y && above.x1 < run.x0)
}

fn root(parents: &mut [usize], mut idx: usize) -> usize {
    while parents[idx] != idx {
        parents[idx] = parents[parents[idx]];
        idx = parents[idx];
    }
    idx
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mask(rows: &[&str]) -> Mask {
        Mask {
            width: rows[0].len(),
            height: rows.len(),
            bits: rows
                .iter()
                .flat_map(|row| row.bytes().map(|b| b == b'#'))
                .collect(),
        }
    }

    #[test]
    fn ink_that_touches_by_corners_or_around_a_bend_is_one_component() {
        let found = components(&mask(&["#.#..#", "#.#.#.", "###...", ".....#"]));
        let areas: Vec<usize> = found.iter().map(|c| c.area_px).collect();
        assert_eq!(areas, [7, 2, 1]);
        assert_eq!(
            found[0].bounds,
            Area {
                x0: 0,
                y0: 0,
                x1: 3,
                y1: 3
            }
        );
    }

    #[test]
    fn the_middle_of_a_component_is_the_middle_of_its_pixels() {
        let found = components(&mask(&["###", "###", "###"]));
        assert!((found[0].middle_x() - 1.0).abs() < 1e-9);
        assert!((found[0].middle_y() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn the_thickness_and_length_of_strokes_are_about_right() {
        let bar = Mask {
            width: 50,
            height: 50,
            bits: (0..2500).map(|i| (20..24).contains(&(i / 50))).collect(),
        };
        let bar = &components(&bar)[0];
        assert_eq!(bar.outline_px(), 2 * (50 + 4));
        assert!((3.0..6.0).contains(&bar.stroke_px()), "{}", bar.stroke_px());
        assert!(
            (35.0..60.0).contains(&bar.length_px()),
            "{}",
            bar.length_px()
        );
    }

    #[test]
    fn only_a_closed_outline_encloses_something() {
        let closed = components(&mask(&["#####", "#...#", "#...#", "#####"]));
        assert_eq!(closed[0].enclosed_px(), 6);
        let open = components(&mask(&["#####", "#...#", "#....", "#####"]));
        assert_eq!(open[0].enclosed_px(), 0);
    }

    #[test]
    fn boxes_close_together_have_one_outline() {
        let at = |x: usize| Area {
            x0: x,
            y0: 0,
            x1: x + 10,
            y1: 10,
        };
        assert_eq!(outlines(&[at(0), at(40), at(14)], 6).len(), 2);
        assert_eq!(outlines(&[at(0), at(30), at(15)], 6), [at(0).union(at(30))]);
    }

    proptest! {
        #[test]
        fn components_share_out_every_ink_pixel(bits in proptest::collection::vec(any::<bool>(), 63)) {
            let mask = Mask { width: 9, height: 7, bits };
            let total: usize = components(&mask).iter().map(|c| c.area_px).sum();
            prop_assert_eq!(total, mask.count());
        }
    }
}
