//! Contrast of the colours that are printed.

/// The relative luminance of a colour written `#rgb` or `#rrggbb`, 0 (black) to 1 (white); WCAG 2.2.
pub(super) fn luminance(colour: &str) -> f64 {
    let [red, green, blue] = channels(colour).map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// The contrast ratio of WCAG 2.2, 1 to 21.
pub(super) fn ratio(one: &str, other: &str) -> f64 {
    let [one, other] = [one, other].map(luminance);
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn channels(colour: &str) -> [f64; 3] {
    let hex = colour.trim_start_matches('#');
    let digits: Vec<u32> = hex.chars().filter_map(|c| c.to_digit(16)).collect();
    let wide = digits.len() == 6;
    let channel = |i: usize| match (wide, digits.len()) {
        (true, _) => digits[2 * i] * 16 + digits[2 * i + 1],
        (false, 3) => digits[i] * 17,
        _ => 0,
    };
    [0, 1, 2].map(|i| f64::from(channel(i)) / 255.0)
}

fn linear(channel: f64) -> f64 {
    if channel <= 0.04045 {
        channel / 12.92
    } else {
        ((channel + 0.055) / 1.055).powf(2.4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn black_on_white_has_the_greatest_contrast() {
        assert!((ratio("#000", "#ffffff") - 21.0).abs() < 1e-9);
        assert!((ratio("#777777", "#fff") - 4.48).abs() < 0.01);
    }
}
