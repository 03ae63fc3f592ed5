use serde::{Deserialize, Serialize};

/// What one file may cost. Larger files are refused with a cause; they never take the machine down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// The size of a file in bytes.
    ///
    /// 256 MiB: 250 sheets, both sides, in colour at 300 dpi as JPEG (about 0.5 MB a side). Whoever opens
    /// the file holds it in memory meanwhile.
    pub file_size_bytes: u64,
    /// The pixels of one page.
    ///
    /// 100 million: A3 at 600 dpi has 70 million. A leaflet (A4, 300 dpi) has 9 million.
    pub page_px: u64,
    /// The bytes of one decoded page.
    ///
    /// 320 MiB: [`Limits::page_px`] in colour, and a little.
    pub page_decoded_bytes: u64,
    /// The pages of one file.
    ///
    /// 2,000: the feeders of office scanners hold 50 to 500 sheets.
    pub file_pages: u32,
    /// The pixels that a PDF page is drawn with.
    ///
    /// 36 million: A4 at 600 dpi has 35 million. Larger pages are drawn at fewer dots per inch. Drawing needs about
    /// 10 bytes a pixel.
    pub pdf_page_px: u64,
    /// The dots per inch that a PDF page is drawn at when it is not simply one picture.
    ///
    /// 300: what the mail room is asked to scan at, and what readers of handwriting are made for.
    pub pdf_dpi: f64,
    /// The milliseconds of a processor that one page may take to decode; on a machine that is busy otherwise it may wait
    /// several times as long.
    ///
    /// 8,000: the largest allowed page takes about 3,000 on a slow office PC, and nobody waits longer than ten seconds
    /// to hear that a file is bad.
    pub page_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_size_bytes: 256 << 20,
            page_px: 100_000_000,
            page_decoded_bytes: 320 << 20,
            file_pages: 2_000,
            pdf_page_px: 36_000_000,
            pdf_dpi: 300.0,
            page_ms: 8_000,
        }
    }
}

impl Limits {
    /// Whether a page of this size is allowed. `bytes_per_px` is that of the decoded page.
    pub(crate) fn allow_page(&self, width_px: u32, height_px: u32, bytes_per_px: u64) -> bool {
        let pixels = u64::from(width_px) * u64::from(height_px);
        pixels <= self.page_px && pixels.saturating_mul(bytes_per_px) <= self.page_decoded_bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_a3_page_in_colour_at_600_dpi_is_allowed_and_a_bomb_is_not() {
        let limits = Limits::default();
        assert!(limits.allow_page(7016, 9921, 3));
        assert!(!limits.allow_page(60_000, 60_000, 1));
        assert!(!limits.allow_page(u32::MAX, u32::MAX, u64::MAX));
    }
}
