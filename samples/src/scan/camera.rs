//! A telephone's camera above a table.

use schemas::geometry::{Homography, Point};

/// A camera, and the light on the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Camera {
    /// How far it looks from the side: around the upright and around the level axis of the picture.
    pub(crate) tilt_deg: [f64; 2],
    /// How far it is from the middle of the page.
    pub(crate) distance_mm: f64,
    /// Red, green and blue of the table.
    pub(crate) table: [u8; 3],
    /// How much darker the darkest corner is, 0 to 1.
    pub(crate) falloff: f64,
    /// Towards which angle it becomes darker.
    pub(crate) falloff_deg: f64,
    /// The shadow of a hand or of the telephone itself.
    pub(crate) shadow: Option<Shadow>,
    /// How many times the picture is softened.
    pub(crate) blur: u32,
}

/// A shadow with a soft straight edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Shadow {
    /// A point on its edge, as shares of the picture's width and height.
    pub(crate) at: [f64; 2],
    /// Towards which angle it lies.
    pub(crate) towards_deg: f64,
    /// Over which share of the picture's width the edge blurs.
    pub(crate) edge: f64,
    /// How much light it takes, 0 to 1.
    pub(crate) depth: f64,
}

impl Camera {
    /// From millimetres on the table to millimetres in the picture, true in scale at `centre`.
    ///
    /// A plane is turned around its middle and seen from a distance; see R. Hartley and A. Zisserman, *Multiple
    /// View Geometry*, chapter 6.
    pub(super) fn view(&self, centre: Point) -> Homography {
        let [(sin_y, cos_y), (sin_x, cos_x)] = self.tilt_deg.map(|deg| deg.to_radians().sin_cos());
        let d = self.distance_mm;
        let seen = Homography([
            cos_y,
            0.0,
            0.0,
            sin_x * sin_y,
            cos_x,
            0.0,
            -cos_x * sin_y / d,
            sin_x / d,
            1.0,
        ]);
        Homography::translation(-centre.x, -centre.y)
            .then(&seen)
            .then(&Homography::translation(centre.x, centre.y))
    }

    /// Takes light away from sampled values. The light changes slowly: it is worked out at every sixteenth pixel.
    pub(super) fn light(&self, values: &mut [f32], [width, height]: [u32; 2]) {
        const STEP: usize = 16;
        let shares = |pixel: usize, of: u32| pixel as f64 / f64::from(of);
        for (y, row) in values.chunks_mut(width as usize).enumerate() {
            let v = shares(y, height);
            let mut from = self.light_at(0.0, v);
            for (i, pixels) in row.chunks_mut(STEP).enumerate() {
                let to = self.light_at(shares((i + 1) * STEP, width), v);
                let step = (to - from) / STEP as f64;
                for (k, value) in pixels.iter_mut().enumerate() {
                    *value *= (from + step * k as f64) as f32;
                }
                from = to;
            }
        }
    }

    fn light_at(&self, u: f64, v: f64) -> f64 {
        let (sin, cos) = self.falloff_deg.to_radians().sin_cos();
        let along = (u - 0.5) * cos + (v - 0.5) * sin;
        let fallen = 1.0 - self.falloff * (0.5 + 0.7 * along).clamp(0.0, 1.0);
        self.shadow
            .map_or(fallen, |shadow| fallen * shadow.light_at(u, v))
    }
}

impl Shadow {
    fn light_at(&self, u: f64, v: f64) -> f64 {
        let (sin, cos) = self.towards_deg.to_radians().sin_cos();
        let inside = (u - self.at[0]) * cos + (v - self.at[1]) * sin;
        let t = (inside / self.edge + 0.5).clamp(0.0, 1.0);
        1.0 - self.depth * t * t * (3.0 - 2.0 * t)
    }
}
