//! Which standard holds for a session, ready to count by.

use std::collections::BTreeMap;
use std::sync::Arc;

use zhiyin_domain::calendars::{BusinessTime, CalendarRules};
use zhiyin_domain::conversation::Conversation;
use zhiyin_domain::ids::StandardId;
use zhiyin_domain::inbox::WidgetSettings;
use zhiyin_domain::language_tag::LanguageTag;
use zhiyin_domain::name::Name;
use zhiyin_domain::session::Session;
use zhiyin_domain::standards::{Facts, Reading, Terms, select};
use zhiyin_domain::tier::Tier;
use zhiyin_store::journey::Found;
use zhiyin_store::{StoreError, Tx, inboxes, journey as store, standards};

use crate::calendars;

/// Languages a first message is told apart in; of others the browser's is taken.
const LANGUAGES: [&str; 12] = [
    "zh", "en", "ja", "ko", "de", "fr", "es", "it", "pt", "ru", "vi", "tr",
];
/// A guess below this is none.
const SURE: f32 = 0.6;

/// The standard that holds. Where nobody has set one that matches, what the inbox says
/// holds: its first answer, its office hours.
#[derive(Clone)]
pub(super) struct Standing {
    pub(super) standard: Option<(StandardId, Name)>,
    pub(super) terms: Terms,
    pub(super) business: Option<Arc<BusinessTime>>,
}

impl Standing {
    pub(super) fn reading(&self) -> Reading<'_> {
        Reading {
            terms: &self.terms,
            business: self.business.as_deref(),
        }
    }

    pub(super) fn id(&self) -> Option<StandardId> {
        self.standard.as_ref().map(|(id, _)| *id)
    }

    pub(super) fn of_inbox(settings: &WidgetSettings) -> Self {
        let hours = CalendarRules {
            time_zone: settings.time_zone.clone(),
            weekly: settings.office_hours.clone(),
            holidays: Vec::new(),
            exceptions: BTreeMap::new(),
        };
        Self {
            standard: None,
            terms: Terms::of_inbox(settings.first_response_s),
            // No hours mean always.
            business: (!hours.weekly.is_empty())
                .then(|| calendars::ready(&hours))
                .flatten(),
        }
    }

    pub(super) fn of_found(found: &Found) -> Self {
        match &found.standard {
            None => Self::of_inbox(found.inbox.as_ref().unwrap_or(&WidgetSettings::default())),
            Some(held) => Self {
                standard: Some((held.id, held.name.clone())),
                terms: held.terms.clone(),
                business: held.calendar.as_deref().and_then(calendars::ready_text),
            },
        }
    }
}

/// What is known of a contact, as far as standards care.
pub(super) struct Known {
    locale: Option<LanguageTag>,
    tier: Tier,
}

/// Looks up what is known of the contact of a session.
pub(super) fn known(tx: &mut Tx<'_>, session: &Session) -> Result<Known, StoreError> {
    let found = store::standing_of_contact(tx, session.contact_id)?;
    Ok(found.map_or(
        Known {
            locale: None,
            tier: Tier::BASE,
        },
        |(locale, tier)| Known {
            locale: locale.parse().ok(),
            tier,
        },
    ))
}

/// The language of a first message, else that of the browser.
pub(super) fn language(text: Option<&str>, known: &Known) -> Option<LanguageTag> {
    let guess = text.and_then(|text| zhiyin_language::identify::identify(text, &LANGUAGES));
    let sure = guess.filter(|guess| guess.confidence >= SURE);
    sure.and_then(|guess| guess.language.parse().ok())
        .or(known.locale)
}

/// Chooses the standard for a session by what is known now.
pub(super) fn choose(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    session: &Session,
    known: &Known,
) -> Result<Standing, StoreError> {
    let facts = Facts {
        inbox_id: session.inbox_id,
        channel: conversation.channel,
        topic_id: session.topic_id,
        tier: known.tier,
        language: session.language,
        priority: conversation.priority,
        stage: session.stage,
        team_id: conversation.team_id,
    };
    let all = standards::list(tx)?;
    if let Some(standard) = select(&all, &facts) {
        let business = match standard.calendar_id {
            None => None,
            Some(id) => calendars::business_time(tx, id)?,
        };
        return Ok(Standing {
            standard: Some((standard.id, standard.name.clone())),
            terms: standard.terms.clone(),
            business,
        });
    }
    let inbox = inboxes::get(tx, session.inbox_id)?;
    let settings = inbox.map(|inbox| inbox.settings).unwrap_or_default();
    Ok(Standing::of_inbox(&settings))
}
