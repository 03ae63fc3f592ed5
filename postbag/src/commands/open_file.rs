use std::process::ExitCode;

use ingest::apart;

/// Whether this is the process that opens a file, and how many megabytes of memory it may take. The subcommand is not for
/// people and stands in no help.
pub(crate) fn asked(mut arguments: impl Iterator<Item = String>) -> Option<u64> {
    let subcommand = arguments.nth(1)?;
    if subcommand != apart::SUBCOMMAND {
        return None;
    }
    arguments.next()?.parse().ok()
}

/// `postbag open-file MB`: intake starts it, and is at the other end of its input and output.
pub(crate) fn open_file(memory_mb: u64) -> ExitCode {
    // Whoever could be told why it failed is gone, or learns it from how the process ends.
    match apart::open_file(memory_mb) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked_with(arguments: &[&str]) -> Option<u64> {
        asked(arguments.iter().map(|&argument| argument.to_owned()))
    }

    #[test]
    fn only_the_subcommand_with_a_number_is_meant() {
        assert_eq!(asked_with(&["postbag", "open-file", "2048"]), Some(2048));
        for other in [
            &["postbag"][..],
            &["postbag", "open-file"],
            &["postbag", "open-file", "much"],
            &["postbag", "read", "open-file"],
        ] {
            assert_eq!(asked_with(other), None, "{other:?}");
        }
    }
}
