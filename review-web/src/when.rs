//! Times as people in the United Kingdom read them.

use chrono::{
    DateTime, Datelike, Days, Duration, NaiveDate, NaiveDateTime, NaiveTime, Utc, Weekday,
};
use schemas::{DAY_MS, TimeMs};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// `23 November 2026`.
pub(crate) fn day(at: TimeMs) -> String {
    local(at).format("%-d %B %Y").to_string()
}

/// `March 2026`, of a month as `2026-03`.
pub(crate) fn month(stored: &str) -> Option<String> {
    let first = NaiveDate::parse_from_str(&format!("{stored}-01"), "%Y-%m-%d").ok()?;
    Some(first.format("%B %Y").to_string())
}

/// Whether a month, as `2026-03`, ended more than three years ago.
pub(crate) fn is_over_three_years_ago(stored: &str, now: TimeMs) -> bool {
    let today = local(now);
    let earliest = format!("{:04}-{:02}", today.year() - 3, today.month());
    month(stored).is_some() && stored < earliest.as_str()
}

/// Whether a month, as `2026-03`, has not begun yet.
pub(crate) fn is_to_come(stored: &str, now: TimeMs) -> bool {
    stored > local(now).format("%Y-%m").to_string().as_str()
}

/// `23 Nov 2026, 14:05`.
pub(crate) fn day_and_time(at: TimeMs) -> String {
    local(at).format("%-d %b %Y, %H:%M").to_string()
}

/// When the day began, here.
pub(crate) fn start_of_day(now: TimeMs) -> TimeMs {
    from_local(local(now).date().and_time(NaiveTime::MIN))
}

/// The moment at which clocks show this here. Of an hour that comes twice it is the first, in summer time.
pub(crate) fn from_local(shown: NaiveDateTime) -> TimeMs {
    let in_summer = shown - Duration::hours(1);
    let utc = if is_summer(in_summer) {
        in_summer
    } else {
        shown
    };
    TimeMs(utc.and_utc().timestamp_millis())
}

/// `2026-11-23`, as browsers write a day.
pub(crate) fn date(at: TimeMs) -> String {
    local(at).format("%Y-%m-%d").to_string()
}

/// When a day begins that a browser wrote, here.
pub(crate) fn start_of_date(date: &str) -> Option<TimeMs> {
    noon_of(date).map(start_of_day)
}

/// When it ends.
pub(crate) fn end_of_date(date: &str) -> Option<TimeMs> {
    noon_of(date).map(|noon| start_of_day(noon.plus_ms(DAY_MS)))
}

fn noon_of(date: &str) -> Option<TimeMs> {
    let day: NaiveDate = date.parse().ok()?;
    let noon = day.and_hms_opt(12, 0, 0)?.and_utc();
    Some(TimeMs(noon.timestamp_millis())).filter(|noon| noon.0 >= DAY_MS)
}

/// When the latest days began, here, today first.
pub(crate) fn latest_days(now: TimeMs, n_days: usize) -> impl Iterator<Item = TimeMs> {
    // Noon is in the same day whatever the clocks do.
    let noon = start_of_day(now).0 + DAY_MS / 2;
    (0_i64..)
        .take(n_days)
        .map(move |n| start_of_day(TimeMs(noon - n * DAY_MS)))
}

/// `Monday, 23 November`.
pub(crate) fn weekday(at: TimeMs) -> String {
    local(at).format("%A, %-d %B").to_string()
}

/// `14:05`.
pub(crate) fn time(at: TimeMs) -> String {
    local(at).format("%H:%M").to_string()
}

/// `2026-11-23T14:05:00Z`, for machines.
pub(crate) fn machine(at: TimeMs) -> String {
    utc(at).format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// How long ago, in the largest unit that says something: `3 hours ago`.
pub(crate) fn ago(at: TimeMs, now: TimeMs) -> String {
    match now.0 - at.0 {
        ms if ms < MINUTE_MS => "just now".to_owned(),
        ms => format!("{} ago", length(ms)),
    }
}

/// A length of time in its largest unit: `3 hours`.
pub(crate) fn length(ms: i64) -> String {
    let (count, unit) = match ms {
        ms if ms < HOUR_MS => ((ms / MINUTE_MS).max(1), "minute"),
        ms if ms < 2 * DAY_MS => (ms / HOUR_MS, "hour"),
        ms => (ms / DAY_MS, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

pub(crate) fn utc(at: TimeMs) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at.0).unwrap_or_default()
}

/// What clocks show here.
pub(crate) fn local(at: TimeMs) -> NaiveDateTime {
    let utc = utc(at).naive_utc();
    if is_summer(utc) {
        utc + Duration::hours(1)
    } else {
        utc
    }
}

/// Whether clocks in the United Kingdom show summer time: from the last Sunday of March to the last Sunday
/// of October, both at 01:00 UTC (The Summer Time Order 2002).
fn is_summer(utc: NaiveDateTime) -> bool {
    let change = |month| last_sunday(utc.year(), month).and_hms_opt(1, 0, 0);
    change(3).is_some_and(|start| utc >= start) && change(10).is_some_and(|end| utc < end)
}

/// The last Sunday of a month with 31 days.
fn last_sunday(year: i32, month: u32) -> NaiveDate {
    let last = NaiveDate::from_ymd_opt(year, month, 31).unwrap_or_default();
    let since_sunday = last.weekday().days_since(Weekday::Sun);
    last - Days::new(u64::from(since_sunday))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> TimeMs {
        TimeMs(
            DateTime::parse_from_rfc3339(text)
                .unwrap()
                .timestamp_millis(),
        )
    }

    #[test]
    fn summer_time_begins_and_ends_on_the_last_sunday_at_one() {
        assert_eq!(
            day_and_time(at("2026-03-29T00:59:00Z")),
            "29 Mar 2026, 00:59"
        );
        assert_eq!(
            day_and_time(at("2026-03-29T01:00:00Z")),
            "29 Mar 2026, 02:00"
        );
        assert_eq!(
            day_and_time(at("2026-10-25T00:59:00Z")),
            "25 Oct 2026, 01:59"
        );
        assert_eq!(
            day_and_time(at("2026-10-25T01:00:00Z")),
            "25 Oct 2026, 01:00"
        );
    }

    #[test]
    fn a_day_begins_at_midnight_here() {
        let noon = at("2026-07-01T11:30:00Z");
        assert_eq!(machine(start_of_day(noon)), "2026-06-30T23:00:00Z");
    }

    #[test]
    fn a_day_that_a_browser_wrote_lasts_from_midnight_to_midnight() {
        let began = start_of_date("2026-10-25").map(machine);
        assert_eq!(began.as_deref(), Some("2026-10-24T23:00:00Z"));
        let ended = end_of_date("2026-10-25").map(machine);
        assert_eq!(ended.as_deref(), Some("2026-10-26T00:00:00Z"));
        assert_eq!(date(at("2026-07-01T23:30:00Z")), "2026-07-02");
        assert_eq!(start_of_date("yesterday"), None);
    }

    #[test]
    fn a_day_is_longer_or_shorter_when_the_clocks_change() {
        for (noon, days) in [
            (
                "2026-03-30T12:00:00Z",
                [
                    "2026-03-29T23:00:00Z",
                    "2026-03-29T00:00:00Z",
                    "2026-03-28T00:00:00Z",
                ],
            ),
            (
                "2026-10-26T12:00:00Z",
                [
                    "2026-10-26T00:00:00Z",
                    "2026-10-24T23:00:00Z",
                    "2026-10-23T23:00:00Z",
                ],
            ),
        ] {
            let began: Vec<_> = latest_days(at(noon), 3).collect();
            assert_eq!(began, days.map(at));
        }
        assert_eq!(weekday(at("2026-03-29T00:00:00Z")), "Sunday, 29 March");
    }

    #[test]
    fn ages_are_told_in_the_largest_unit() {
        let now = at("2026-11-23T12:00:00Z");
        assert_eq!(ago(at("2026-11-23T11:59:30Z"), now), "just now");
        assert_eq!(ago(at("2026-11-23T11:59:00Z"), now), "1 minute ago");
        assert_eq!(ago(at("2026-11-22T11:00:00Z"), now), "25 hours ago");
        assert_eq!(ago(at("2026-11-20T12:00:00Z"), now), "3 days ago");
    }
}
