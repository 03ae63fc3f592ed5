use axum::http::{HeaderMap, HeaderValue, header};

use crate::app::WebSettings;

/// A cookie of the bench.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// Who is signed in.
    Session,
    /// The token that every form repeats.
    Form,
    /// What just happened, for the next page.
    Flash,
}

impl Cookie {
    /// The name. The prefix makes browsers refuse it from anybody but this host over HTTPS.
    fn name(self, settings: &WebSettings) -> String {
        let name = match self {
            Self::Session => "postbag",
            Self::Form => "postbag-form",
            Self::Flash => "postbag-flash",
        };
        if settings.secure_cookies {
            format!("__Host-{name}")
        } else {
            name.to_owned()
        }
    }

    /// The value that the browser sent.
    pub(crate) fn read(self, headers: &HeaderMap, settings: &WebSettings) -> Option<String> {
        let wanted = self.name(settings);
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == wanted)
            .map(|(_, value)| value.to_owned())
    }

    /// The header that sets it until the browser is closed.
    pub(crate) fn set(self, value: &str, settings: &WebSettings) -> HeaderValue {
        self.header(value, "", settings)
    }

    /// The header that sets it for a stated time.
    pub(crate) fn set_for_ms(self, value: &str, ms: i64, settings: &WebSettings) -> HeaderValue {
        self.header(value, &format!("; Max-Age={}", ms / 1000), settings)
    }

    /// The header that removes it.
    pub(crate) fn clear(self, settings: &WebSettings) -> HeaderValue {
        self.header("", "; Max-Age=0", settings)
    }

    fn header(self, value: &str, age: &str, settings: &WebSettings) -> HeaderValue {
        let name = self.name(settings);
        let secure = if settings.secure_cookies {
            "; Secure"
        } else {
            ""
        };
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{age}{secure}");
        HeaderValue::from_str(&text).expect("cookies hold hexadecimal digits and small words only")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::COOKIE,
            "x=1; postbag=abc; postbag-form=def".parse().unwrap(),
        );
        let settings = WebSettings::default();
        assert_eq!(
            Cookie::Session.read(&headers, &settings).as_deref(),
            Some("abc")
        );
        assert_eq!(Cookie::Flash.read(&headers, &settings), None);
    }

    #[test]
    fn behind_https_cookies_are_bound_to_host_and_https() {
        let settings = WebSettings {
            secure_cookies: true,
            ..WebSettings::default()
        };
        let header = Cookie::Session.set("abc", &settings);
        assert_eq!(
            header.to_str().unwrap(),
            "__Host-postbag=abc; Path=/; HttpOnly; SameSite=Lax; Secure"
        );
    }
}
