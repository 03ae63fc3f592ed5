use std::net::IpAddr;

use axum::http::Uri;
use axum::http::uri::Scheme;

/// Where a webhook is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The name or address, without the brackets of an IPv6 address.
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) is_private: bool,
    /// As in `Host`.
    pub(crate) authority: String,
    pub(crate) path: String,
}

/// Why an address is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// It is none.
    #[error("it must look like https://host.example/path")]
    NoAddress,
    /// A name or password is in it.
    #[error("a name or a password has no place in it; the signature says who sends")]
    NameInside,
    /// Stories would travel in the clear.
    #[error("http would let others read the stories on their way; use https")]
    InTheClear,
}

impl Target {
    /// Reads the address of a webhook: https, or http on this machine or where it is allowed.
    ///
    /// # Errors
    /// When it is no such address.
    pub fn parse(url: &str, allow_http: bool) -> Result<Self, TargetError> {
        let uri: Uri = url.parse().map_err(|_| TargetError::NoAddress)?;
        let authority = uri.authority().ok_or(TargetError::NoAddress)?;
        let is_private = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP => false,
            _ => return Err(TargetError::NoAddress),
        };
        if authority.as_str().contains('@') {
            return Err(TargetError::NameInside);
        }
        let host = authority.host().trim_matches(['[', ']']).to_owned();
        if !is_private && !allow_http && !is_this_machine(&host) {
            return Err(TargetError::InTheClear);
        }
        let usual = if is_private { 443 } else { 80 };
        Ok(Self {
            host,
            port: authority.port_u16().unwrap_or(usual),
            is_private,
            authority: authority.as_str().to_owned(),
            path: uri
                .path_and_query()
                .map_or("/", |path| path.as_str())
                .to_owned(),
        })
    }
}

fn is_this_machine(host: &str) -> bool {
    let address: Result<IpAddr, _> = host.parse();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stories_travel_in_the_clear_on_this_machine_only_or_where_it_is_allowed() {
        for url in [
            "https://a.example/x",
            "http://localhost:1/x",
            "http://[::1]:1/",
            "http://127.0.0.1",
        ] {
            assert!(Target::parse(url, false).is_ok(), "{url}");
        }
        let inside = "http://receiver.internal/x";
        assert_eq!(Target::parse(inside, false), Err(TargetError::InTheClear));
        assert!(Target::parse(inside, true).is_ok());
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for url in ["", "a.example", "/x", "ftp://a.example/", "https://"] {
            assert_eq!(
                Target::parse(url, true),
                Err(TargetError::NoAddress),
                "{url}"
            );
        }
        let named = Target::parse("https://me:pw@a.example/", true);
        assert_eq!(named, Err(TargetError::NameInside));
    }

    #[test]
    fn an_address_is_taken_apart() {
        let target = Target::parse("http://[::1]:81/a/b?c=d", false).unwrap();
        assert_eq!((target.host.as_str(), target.port), ("::1", 81));
        assert_eq!(
            (target.authority.as_str(), target.path.as_str()),
            ("[::1]:81", "/a/b?c=d")
        );
        assert_eq!(Target::parse("https://a.example", false).unwrap().port, 443);
    }
}
