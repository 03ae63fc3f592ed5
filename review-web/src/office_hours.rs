//! When the office is open: what is approved outside of these hours is published on the next working day, when somebody is
//! there to answer for it.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike as _, Days, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use schemas::TimeMs;
use serde::{Deserialize, Serialize};

use crate::when;

/// Days of the week, and from when until when on each of them, as clocks in the United Kingdom show it: `Mon-Fri 09:00-17:00`.
/// Public holidays are days like others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OfficeHours {
    first_day: Weekday,
    last_day: Weekday,
    from: NaiveTime,
    until: NaiveTime,
}

/// Why a text says no hours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} are no office hours; they are written like Mon-Fri 09:00-17:00")]
pub struct NoOfficeHours(String);

impl OfficeHours {
    /// The first moment from `at` on at which the office is open: `at` itself, when it is.
    pub fn next_open(&self, at: TimeMs) -> TimeMs {
        let here = when::local(at);
        if self.is_open(here) {
            return at;
        }
        let days = (0..=7).filter_map(|days| here.date().checked_add_days(Days::new(days)));
        let mut openings = days
            .filter(|day| self.has(*day))
            .map(|day| day.and_time(self.from));
        let next = openings.find(|opening| *opening > here);
        next.map_or(at, when::from_local)
    }

    fn is_open(&self, here: NaiveDateTime) -> bool {
        self.has(here.date()) && (self.from..self.until).contains(&here.time())
    }

    fn has(&self, day: NaiveDate) -> bool {
        let since = |day: Weekday| day.days_since(self.first_day);
        since(day.weekday()) <= since(self.last_day)
    }
}

impl FromStr for OfficeHours {
    type Err = NoOfficeHours;

    fn from_str(text: &str) -> Result<Self, NoOfficeHours> {
        let hours = || {
            let (days, times) = text.trim().split_once(' ')?;
            let (first, last) = days.split_once('-').unwrap_or((days, days));
            let (from, until) = times.trim().split_once('-')?;
            let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").ok();
            let (from, until) = (time(from)?, time(until)?);
            (from < until).then_some(Self {
                first_day: first.parse().ok()?,
                last_day: last.parse().ok()?,
                from,
                until,
            })
        };
        hours().ok_or_else(|| NoOfficeHours(text.to_owned()))
    }
}

impl fmt::Display for OfficeHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = |time: NaiveTime| time.format("%H:%M").to_string();
        write!(
            f,
            "{}-{} {}-{}",
            self.first_day,
            self.last_day,
            time(self.from),
            time(self.until)
        )
    }
}

impl TryFrom<String> for OfficeHours {
    type Error = NoOfficeHours;

    fn try_from(text: String) -> Result<Self, NoOfficeHours> {
        text.parse()
    }
}

impl From<OfficeHours> for String {
    fn from(hours: OfficeHours) -> Self {
        hours.to_string()
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn at(text: &str) -> TimeMs {
        let at = DateTime::parse_from_rfc3339(text).unwrap();
        TimeMs(at.timestamp_millis())
    }

    #[test]
    fn what_is_approved_after_hours_waits_for_the_next_working_day() {
        let office: OfficeHours = "Mon-Fri 09:00-17:00".parse().unwrap();
        for (approved, published) in [
            // A Monday in winter: within, before, after.
            ("2026-11-23T12:00:00Z", "2026-11-23T12:00:00Z"),
            ("2026-11-23T08:00:00Z", "2026-11-23T09:00:00Z"),
            ("2026-11-23T17:00:00Z", "2026-11-24T09:00:00Z"),
            // Over the week-end.
            ("2026-11-27T18:00:00Z", "2026-11-30T09:00:00Z"),
            ("2026-11-28T10:00:00Z", "2026-11-30T09:00:00Z"),
            // In summer the clocks are an hour ahead; over the night in which they change.
            ("2026-07-01T16:30:00Z", "2026-07-02T08:00:00Z"),
            ("2026-10-23T17:00:00Z", "2026-10-26T09:00:00Z"),
        ] {
            assert_eq!(office.next_open(at(approved)), at(published), "{approved}");
        }
    }

    #[test]
    fn a_week_may_begin_on_any_day_and_have_one() {
        let friday: OfficeHours = "Fri 10:00-12:00".parse().unwrap();
        assert_eq!(
            friday.next_open(at("2026-11-27T13:00:00Z")),
            at("2026-12-04T10:00:00Z")
        );
        let over_sunday: OfficeHours = "Sat-Mon 10:00-12:00".parse().unwrap();
        assert_eq!(
            over_sunday.next_open(at("2026-11-29T09:00:00Z")),
            at("2026-11-29T10:00:00Z")
        );
        assert_eq!(friday.to_string().parse(), Ok(friday));
    }

    #[test]
    fn what_is_no_hours_is_refused() {
        for text in [
            "",
            "always",
            "Mon-Fri",
            "Mon-Fri 17:00-09:00",
            "Mon-Fry 09:00-17:00",
            "Mon 9-17",
        ] {
            assert!(text.parse::<OfficeHours>().is_err(), "{text}");
        }
    }
}
