//! Whose hours count (营业时间): one rule for clocks, lines and the widget.
//!
//! The nearest one that is set decides: the standard's calendar, that of the team which has
//! the conversation, that of the inbox, that of the queue; where none is set, the office
//! hours of the inbox, and without those every hour counts.

use std::collections::BTreeMap;
use std::sync::Arc;

use zhiyin_domain::calendars::{BusinessTime, CalendarRules};
use zhiyin_domain::ids::{CalendarId, TeamId};
use zhiyin_domain::inbox::{Inbox, WidgetSettings};
use zhiyin_store::identity::teams;
use zhiyin_store::routing::queues;
use zhiyin_store::{StoreError, Tx};

/// The hours that count somewhere.
#[derive(Debug, Clone)]
pub(crate) struct Hours {
    /// The calendar; none where the office hours of the inbox count.
    pub calendar_id: Option<CalendarId>,
    /// Ready to count with; none is always.
    pub business: Option<Arc<BusinessTime>>,
}

/// The hours of a calendar, or of the inbox where there is none of that name any more.
fn of_calendar(
    tx: &mut Tx<'_>,
    id: Option<CalendarId>,
    settings: &WidgetSettings,
) -> Result<Hours, StoreError> {
    let business = match id {
        None => None,
        Some(id) => super::business_time(tx, id)?,
    };
    Ok(match business {
        Some(business) => Hours {
            calendar_id: id,
            business: Some(business),
        },
        None => Hours {
            calendar_id: None,
            business: office_hours(settings),
        },
    })
}

/// The office hours of an inbox; none is always.
pub(crate) fn office_hours(settings: &WidgetSettings) -> Option<Arc<BusinessTime>> {
    if settings.office_hours.is_empty() {
        return None;
    }
    super::ready(&CalendarRules {
        time_zone: settings.time_zone.clone(),
        weekly: settings.office_hours.clone(),
        holidays: Vec::new(),
        exceptions: BTreeMap::new(),
    })
}

/// The hours in which the customers of an inbox are answered, standing in a queue with this
/// calendar.
pub(crate) fn of_line(
    tx: &mut Tx<'_>,
    inbox: &Inbox,
    queue: Option<CalendarId>,
) -> Result<Hours, StoreError> {
    of_calendar(tx, inbox.routing.calendar_id.or(queue), &inbox.settings)
}

/// The same for whoever has not written yet: they will stand in the queue of the inbox.
pub(crate) fn of_inbox(tx: &mut Tx<'_>, inbox: &Inbox) -> Result<Hours, StoreError> {
    let queue = queue_calendar(tx, inbox)?;
    of_line(tx, inbox, queue)
}

/// The hours by which a session is counted. The queue is that of the inbox: being moved
/// between queues changes no clock.
pub(crate) fn of_session(
    tx: &mut Tx<'_>,
    standard: Option<CalendarId>,
    team: Option<TeamId>,
    inbox: &Inbox,
) -> Result<Hours, StoreError> {
    let mut nearest = standard;
    if nearest.is_none()
        && let Some(team) = team
    {
        nearest = teams::calendar(tx, team)?;
    }
    if nearest.is_none() {
        return of_inbox(tx, inbox);
    }
    of_calendar(tx, nearest, &inbox.settings)
}

fn queue_calendar(tx: &mut Tx<'_>, inbox: &Inbox) -> Result<Option<CalendarId>, StoreError> {
    let (None, Some(queue)) = (inbox.routing.calendar_id, inbox.routing.queue_id) else {
        return Ok(None);
    };
    Ok(queues::get(tx, queue)?.and_then(|queue| queue.calendar_id))
}

#[cfg(test)]
mod tests {
    use zhiyin_domain::inbox::OfficeHours;
    use zhiyin_domain::time::Timestamp;

    use super::*;

    #[test]
    fn a_lunch_break_is_closed_and_no_hours_are_always() {
        let hours = |from: &str, to: &str| OfficeHours {
            weekday: 1,
            from: from.into(),
            to: to.into(),
        };
        let settings = WidgetSettings {
            office_hours: vec![hours("09:00", "12:00"), hours("13:30", "18:00")],
            time_zone: "Asia/Shanghai".into(),
            ..WidgetSettings::default()
        };
        assert_eq!(settings.check(), Ok(()));
        let business = office_hours(&settings).expect("hours");
        let is_open = |text: &str| business.is_open(text.parse::<Timestamp>().expect("a time"));
        assert!(is_open("2026-03-02T03:59:59Z"), "Monday 11:59 in Shanghai");
        assert!(!is_open("2026-03-02T04:00:00Z"), "Monday noon");
        assert!(is_open("2026-03-02T05:30:00Z"), "Monday 13:30");
        assert!(!is_open("2026-03-03T03:00:00Z"), "Tuesday");
        assert!(office_hours(&WidgetSettings::default()).is_none());
    }
}
