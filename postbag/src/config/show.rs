use super::Config;

/// The configuration as TOML, with passwords in URLs hidden.
pub(crate) fn show(config: &Config) -> anyhow::Result<String> {
    let mut shown = config.clone();
    shown.database.url = without_password(&shown.database.url);
    shown.queue.url = without_password(&shown.queue.url);
    Ok(toml::to_string_pretty(&shown)?)
}

/// `scheme://user:…@host` instead of `scheme://user:secret@host`.
pub(crate) fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    match rest.rsplit_once('@') {
        Some((login, host)) => {
            let user = login.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}:…@{host}")
        }
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_shown() {
        let mut config = Config::default();
        config.database.url = "postgres://pb:s3cr@t@db.example/pb".to_owned();
        let text = show(&config).unwrap();
        assert!(text.contains("postgres://pb:…@db.example/pb"), "{text}");
        assert!(!text.contains("s3cr"));
    }
}
