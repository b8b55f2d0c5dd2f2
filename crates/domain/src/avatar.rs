//! Avatars: pictures of agents and inboxes, which customers see too.

use crate::ids::AvatarId;

/// What stands before the identifier in the address of an avatar.
pub const AVATAR_PATH: &str = "/avatars/";

/// Where an avatar is fetched, on this server. Whoever knows the address may see it: pages
/// show avatars without credentials.
#[must_use]
pub fn avatar_path(id: AvatarId) -> String {
    format!("{AVATAR_PATH}{id}")
}

/// The avatar behind an address that [`avatar_path`] made.
#[must_use]
pub fn avatar_of(path: &str) -> Option<AvatarId> {
    path.strip_prefix(AVATAR_PATH)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_address_leads_back_to_its_avatar() {
        let id = AvatarId::from_uuid(Uuid::from_u128(7));
        assert_eq!(avatar_path(id), "/avatars/av_00000000000000000000000007");
        assert_eq!(avatar_of(&avatar_path(id)), Some(id));
        for other in [
            "",
            "/avatars/",
            "https://x.example/avatars/av_1",
            "/avatars/../x",
        ] {
            assert_eq!(avatar_of(other), None, "{other}");
        }
    }
}
