//! Which standard holds for a session, ready to count by.

use std::sync::Arc;

use zhiyin_domain::calendars::BusinessTime;
use zhiyin_domain::conversation::Conversation;
use zhiyin_domain::ids::{CalendarId, StandardId};
use zhiyin_domain::inbox::WidgetSettings;
use zhiyin_domain::journey::Journey;
use zhiyin_domain::language_tag::LanguageTag;
use zhiyin_domain::name::Name;
use zhiyin_domain::session::Session;
use zhiyin_domain::standards::{Facts, Reading, Terms, select};
use zhiyin_domain::tier::Tier;
use zhiyin_store::journey::Found;
use zhiyin_store::{StoreError, Tx, inboxes, journey as store, standards};

use crate::calendars::{self, hours};

/// Languages a first message is told apart in; of others the browser's is taken.
const LANGUAGES: [&str; 12] = [
    "zh", "en", "ja", "ko", "de", "fr", "es", "it", "pt", "ru", "vi", "tr",
];
/// A guess below this is none.
const SURE: f32 = 0.6;

/// The standard that holds, and the hours by which it is counted. Where nobody has set one
/// that matches, the first answer is due within what the inbox says.
#[derive(Clone)]
pub(super) struct Standing {
    pub(super) standard: Option<(StandardId, Name)>,
    pub(super) terms: Terms,
    pub(super) calendar_id: Option<CalendarId>,
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

    pub(super) fn of_found(found: &Found) -> Self {
        let usual = WidgetSettings::default();
        let settings = found.inbox.as_ref().unwrap_or(&usual);
        let (standard, terms) = match &found.standard {
            None => (None, Terms::of_inbox(settings.first_response_s)),
            Some(held) => (Some((held.id, held.name.clone())), held.terms.clone()),
        };
        Self {
            standard,
            terms,
            calendar_id: found.journey.calendar_id,
            business: match &found.calendar {
                Some(rules) => calendars::ready_text(rules),
                None => hours::office_hours(settings),
            },
        }
    }

    /// Whether it is the same by name; what it says may have changed.
    pub(super) fn is_held_by(&self, journey: &Journey) -> bool {
        self.id() == journey.standard_id && self.calendar_id == journey.calendar_id
    }

    /// Has a journey count by it.
    pub(super) fn hold(&self, journey: &mut Journey) {
        journey.standard_id = self.id();
        journey.calendar_id = self.calendar_id;
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
    let standard = select(&all, &facts);
    let Some(inbox) = inboxes::get(tx, session.inbox_id)? else {
        return Err(StoreError::NotFound { table: "inboxes" });
    };
    let own = standard.and_then(|standard| standard.calendar_id);
    let hours = hours::of_session(tx, own, conversation.team_id, &inbox)?;
    Ok(Standing {
        standard: standard.map(|it| (it.id, it.name.clone())),
        terms: match standard {
            Some(standard) => standard.terms.clone(),
            None => Terms::of_inbox(inbox.settings.first_response_s),
        },
        calendar_id: hours.calendar_id,
        business: hours.business,
    })
}
