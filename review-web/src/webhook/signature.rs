//! `t=SECONDS,v1=HEX`: the HMAC-SHA256 of `SECONDS.BODY`, as Stripe signs. The time is signed with the body, so that
//! nobody can send an old request again.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::digest::hex;

/// The header that it travels in.
pub const HEADER: &str = "postbag-signature";
/// How far the clocks of the two sides may differ.
pub const TOLERANCE_S: i64 = 300;

/// The signature of a body.
pub fn sign(secret: &str, at_s: i64, body: &[u8]) -> String {
    let tag = mac(secret, at_s, body).finalize().into_bytes();
    format!("t={at_s},v1={}", hex(&tag))
}

/// Whether somebody with the secret signed this body a moment ago.
pub fn verify(secret: &str, signature: &str, now_s: i64, body: &[u8]) -> bool {
    let Some((at_s, tag)) = parse(signature) else {
        return false;
    };
    let is_fresh = now_s.abs_diff(at_s) <= TOLERANCE_S.unsigned_abs();
    // Compares in a time that does not tell where the two differ.
    is_fresh && mac(secret, at_s, body).verify_slice(&tag).is_ok()
}

fn mac(secret: &str, at_s: i64, body: &[u8]) -> Hmac<Sha256> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of every length");
    mac.update(at_s.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    mac
}

fn parse(signature: &str) -> Option<(i64, Vec<u8>)> {
    let (at_s, tag) = signature.strip_prefix("t=")?.split_once(",v1=")?;
    Some((at_s.parse().ok()?, bytes(tag)?))
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = hex.chars().map(|c| c.to_digit(16)).collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    let byte = |[high, low]: &[u32; 2]| u8::try_from(high * 16 + low).ok();
    rest.is_empty().then(|| pairs.iter().map(byte).collect())?
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with `printf '1700000000.{}' | openssl dgst -sha256 -hmac secret`.
    const KNOWN: &str =
        "t=1700000000,v1=b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163";

    #[test]
    fn openssl_says_the_same() {
        assert_eq!(sign("secret", 1_700_000_000, b"{}"), KNOWN);
        assert!(verify("secret", KNOWN, 1_700_000_000, b"{}"));
    }

    #[test]
    fn another_body_secret_or_time_is_refused() {
        let now_s = 1_700_000_000;
        assert!(!verify("secret", KNOWN, now_s, b"{} "));
        assert!(!verify("other", KNOWN, now_s, b"{}"));
        assert!(!verify(
            "secret",
            &KNOWN.replace("1700", "1701"),
            now_s,
            b"{}"
        ));
        assert!(verify("secret", KNOWN, now_s + TOLERANCE_S, b"{}"));
        assert!(!verify("secret", KNOWN, now_s + TOLERANCE_S + 1, b"{}"));
    }

    #[test]
    fn what_is_no_signature_is_refused() {
        for signature in ["", "t=1", "t=x,v1=00", "t=1700000000,v1=0", "v1=00,t=1"] {
            assert!(!verify("secret", signature, 1_700_000_000, b"{}"));
        }
    }
}
