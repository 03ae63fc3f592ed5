//! The bits of a JPEG: short codes for what is frequent.

use super::block::Frequencies;

/// How many codes of 1 to 16 bits there are for the lowest frequency; ITU-T T.81, table K.3.
pub(super) const LOWEST_LENGTHS: [u8; 16] = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
/// What they stand for.
pub(super) const LOWEST_VALUES: [u8; 12] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
/// The same for all other frequencies; table K.5.
pub(super) const OTHER_LENGTHS: [u8; 16] = [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d];
/// What they stand for: zeros before a number, and the bits of that number.
#[rustfmt::skip]
pub(super) const OTHER_VALUES: [u8; 162] = [
    0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07,
    0x22, 0x71, 0x14, 0x32, 0x81, 0x91, 0xa1, 0x08, 0x23, 0x42, 0xb1, 0xc1, 0x15, 0x52, 0xd1, 0xf0,
    0x24, 0x33, 0x62, 0x72, 0x82, 0x09, 0x0a, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x25, 0x26, 0x27, 0x28,
    0x29, 0x2a, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3a, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49,
    0x4a, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5a, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69,
    0x6a, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89,
    0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7,
    0xa8, 0xa9, 0xaa, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xc2, 0xc3, 0xc4, 0xc5,
    0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda, 0xe1, 0xe2,
    0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8,
    0xf9, 0xfa,
];
/// Sixteen zeros.
const ZEROS: u8 = 0xf0;
/// Nothing but zeros to the end of the block.
const END: u8 = 0;

static LOWEST: Codes = Codes::new(&LOWEST_LENGTHS, &LOWEST_VALUES);
static OTHERS: Codes = Codes::new(&OTHER_LENGTHS, &OTHER_VALUES);

/// The code of each value: its bits, and how many.
struct Codes([(u16, u8); 256]);

impl Codes {
    /// Shorter codes come first, and count up.
    const fn new(lengths: &[u8; 16], values: &[u8]) -> Self {
        let mut codes = [(0, 0); 256];
        let (mut code, mut at, mut length) = (0, 0, 0);
        while length < 16 {
            let mut left = lengths[length];
            while left > 0 {
                codes[values[at] as usize] = (code, length as u8 + 1);
                code += 1;
                at += 1;
                left -= 1;
            }
            code <<= 1;
            length += 1;
        }
        Self(codes)
    }
}

/// Writes the blocks of a scan.
pub(super) struct Scan<'a> {
    bytes: &'a mut Vec<u8>,
    /// The bits that are not yet written, the last one lowest.
    bits: u64,
    n_bits: u32,
}

impl<'a> Scan<'a> {
    pub(super) const fn new(bytes: &'a mut Vec<u8>) -> Self {
        Self {
            bytes,
            bits: 0,
            n_bits: 0,
        }
    }

    /// Writes a block; `before` is the lowest frequency of the one before, and becomes that of this one.
    pub(super) fn write(&mut self, block: &Frequencies, before: &mut i16) {
        let lowest = block.at(0);
        self.put(&LOWEST, 0, i32::from(lowest) - i32::from(*before));
        *before = lowest;
        let mut others = block.others;
        let mut next = 1;
        while others != 0 {
            let place = others.trailing_zeros();
            others &= others - 1;
            let mut n_zeros = place - next;
            while n_zeros >= 16 {
                self.put_code(&OTHERS, ZEROS, (0, 0));
                n_zeros -= 16;
            }
            self.put(&OTHERS, n_zeros as u8, i32::from(block.at(place as usize)));
            next = place + 1;
        }
        if next < 64 {
            self.put_code(&OTHERS, END, (0, 0));
        }
    }

    /// A number behind some zeros: the code tells how many bits it has, and they follow.
    fn put(&mut self, codes: &Codes, n_zeros: u8, number: i32) {
        let n_bits = u32::BITS - number.unsigned_abs().leading_zeros();
        // A negative number is written as if it were one less.
        let bits = (number - i32::from(number < 0)).cast_unsigned() & ((1 << n_bits) - 1);
        self.put_code(codes, n_zeros << 4 | n_bits as u8, (bits, n_bits));
    }

    fn put_code(&mut self, codes: &Codes, value: u8, (bits, n_bits): (u32, u32)) {
        let (code, length) = codes.0[usize::from(value)];
        let together = u64::from(code) << n_bits | u64::from(bits);
        let length = u32::from(length) + n_bits;
        self.bits = self.bits << length | together;
        self.n_bits += length;
        if self.n_bits >= u32::BITS {
            self.n_bits -= u32::BITS;
            self.flush((self.bits >> self.n_bits) as u32);
        }
    }

    /// A byte of ones is followed by one of zeros, so that nobody takes it for a marker.
    fn flush(&mut self, word: u32) {
        let has_ones = word & 0x8080_8080 & !word.wrapping_add(0x0101_0101) != 0;
        if !has_ones {
            self.bytes.extend_from_slice(&word.to_be_bytes());
            return;
        }
        for byte in word.to_be_bytes() {
            self.bytes.push(byte);
            if byte == 0xff {
                self.bytes.push(0);
            }
        }
    }

    /// Writes the bits that are left; ones fill the last byte.
    pub(super) fn finish(mut self) {
        while self.n_bits > 0 {
            let left = self.n_bits.min(8);
            self.n_bits -= left;
            let bits = (self.bits >> self.n_bits) as u32 & ((1 << left) - 1);
            let byte = (bits << (8 - left) | ((1 << (8 - left)) - 1)) as u8;
            self.bytes.push(byte);
            if byte == 0xff {
                self.bytes.push(0);
            }
        }
    }
}
