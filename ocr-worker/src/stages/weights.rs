//! The numbers of small networks as they are kept: one byte a weight.

/// A row of weights as bytes: its scale (a little-endian float of 4 bytes) and then one signed byte a weight.
pub fn row_to_bytes(row: &[f32]) -> Vec<u8> {
    let largest = row
        .iter()
        .fold(1e-6f32, |largest, weight| largest.max(weight.abs()));
    let scale = largest / 127.0;
    let mut bytes = scale.to_le_bytes().to_vec();
    bytes.extend(
        row.iter()
            .map(|weight| ((weight / scale).round() as i8).cast_unsigned()),
    );
    bytes
}

/// The row that [`row_to_bytes`] wrote; nothing of fewer than 4 bytes.
pub fn row_from_bytes(bytes: &[u8]) -> Vec<f32> {
    let Some((scale, weights)) = bytes.split_first_chunk::<4>() else {
        return Vec::new();
    };
    let scale = f32::from_le_bytes(*scale);
    weights
        .iter()
        .map(|weight| f32::from(weight.cast_signed()) * scale)
        .collect()
}

/// What a full layer makes of its input: `weights` has for each unit its weights and, last, its bias.
pub fn full_layer(weights: &[f32], input: &[f32]) -> Vec<f32> {
    let unit = |row: &[f32]| {
        let sum: f32 = row.iter().zip(input).map(|(w, value)| w * value).sum();
        sum + row[input.len()]
    };
    weights.chunks_exact(input.len() + 1).map(unit).collect()
}

/// Lets nothing below zero through.
pub fn cut_below_zero(values: &mut [f32]) {
    for value in values {
        *value = value.max(0.0);
    }
}

/// How likely each of several things is, from one number each; together 1.
pub fn likelihoods(scores: &[f32]) -> Vec<f32> {
    let highest = scores.iter().copied().fold(f32::MIN, f32::max);
    let powers: Vec<f32> = scores.iter().map(|score| (score - highest).exp()).collect();
    let total: f32 = powers.iter().sum();
    powers.into_iter().map(|power| power / total).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_read_back_within_a_hundredth_of_its_largest_weight() {
        let row = [0.5, -2.0, 0.0, 1.25, 0.01];
        let read = row_from_bytes(&row_to_bytes(&row));
        assert_eq!(read.len(), row.len());
        assert!(row.iter().zip(&read).all(|(a, b)| (a - b).abs() < 0.02));
        assert!(row_from_bytes(&[1, 2]).is_empty());
    }

    #[test]
    fn likelihoods_add_up_to_one_and_keep_their_order() {
        let found = likelihoods(&[1.0, 3.0, -2.0]);
        assert!((found.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert!(found[1] > found[0] && found[0] > found[2]);
    }
}
