//! What agents set about their console. Most of it is the console's own business; what they
//! want to be told of is checked, because programs besides the console go by it.

use serde::Deserialize;
use serde_json::Value as Json;
use zhiyin_domain::limits::PREFERENCES_BYTES_MAX;

use super::IdentityError;

/// When an agent wants to be told of something. What is left out has the console's default.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "read for its shape alone: the document is kept as it came"
)]
struct Notify {
    /// A conversation that nobody has.
    new_unassigned: Option<bool>,
    /// A conversation they were given.
    assigned_to_me: Option<bool>,
    /// The customer wrote in a conversation of theirs.
    mine_reply: Option<bool>,
    /// A note that calls them.
    mention: Option<bool>,
    /// With a sound.
    sound: Option<bool>,
    /// With a notice of the system.
    desktop: Option<bool>,
    /// When not to.
    quiet_hours: Option<QuietHours>,
}

/// A time of every day, in the agent's own zone; over midnight if it ends before it begins.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct QuietHours {
    from: String,
    to: String,
}

/// Checks all settings of a console.
pub(super) fn check(preferences: &Json) -> Result<(), IdentityError> {
    if !preferences.is_object() || preferences.to_string().len() > PREFERENCES_BYTES_MAX {
        return Err(IdentityError::Invalid("preferences"));
    }
    let Some(notify) = preferences.get("notify") else {
        return Ok(());
    };
    let notify =
        Notify::deserialize(notify).map_err(|_| IdentityError::Invalid("preferences/notify"))?;
    let is_time = |hours: &QuietHours| is_time_of_day(&hours.from) && is_time_of_day(&hours.to);
    if !notify.quiet_hours.as_ref().is_none_or(is_time) {
        return Err(IdentityError::Invalid("preferences/notify/quiet_hours"));
    }
    Ok(())
}

/// `HH:MM`.
fn is_time_of_day(text: &str) -> bool {
    let Some((hours, minutes)) = text.split_once(':') else {
        return false;
    };
    let number = |text: &str, end: u8| {
        text.len() == 2 && text.parse::<u8>().is_ok_and(|number| number < end)
    };
    number(hours, 24) && number(minutes, 60)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rules_of_notices_have_known_keys_and_times() {
        let check = |notify: Json| check(&json!({ "theme": "dark", "notify": notify }));
        let all = json!({ "new_unassigned": true, "assigned_to_me": true, "mine_reply": true,
            "mention": true, "sound": false, "desktop": false,
            "quiet_hours": { "from": "22:00", "to": "07:30" } });
        assert!(check(all).is_ok());
        assert!(check(json!({ "quiet_hours": null })).is_ok());
        for wrong in [
            json!("mine"),
            json!({ "mentions": true }),
            json!({ "sound": "loud" }),
            json!({ "quiet_hours": { "from": "24:00", "to": "07:30" } }),
            json!({ "quiet_hours": { "from": "9:00", "to": "07:30" } }),
            json!({ "quiet_hours": { "from": "+1:00", "to": "07:30" } }),
            json!({ "quiet_hours": { "from": "22:00" } }),
        ] {
            assert!(check(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
