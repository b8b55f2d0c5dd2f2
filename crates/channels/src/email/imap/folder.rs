//! Where we are in a folder, and what to read next. Pure.

/// Up to where a folder was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The numbering the UID belongs to.
    pub uid_validity: u32,
    /// The last UID that was taken; 0 if none was.
    pub last_uid: u32,
}

/// A folder as the server describes it when it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Folder {
    /// Its numbering. Another value means that all UIDs known are void.
    pub uid_validity: u32,
    /// The UID that the next mail will get, if the server says so.
    pub uid_next: Option<u32>,
    /// Mails in it.
    pub exists: u32,
}

/// What to read next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// Mails with greater UIDs than this.
    After(u32),
    /// Nothing can be new.
    Nothing,
    /// All mails, since their numbers say nothing: this is the first time, the folder was
    /// numbered anew, or it went back to an older state. Fingerprints tell what is new.
    All,
}

/// What to read next in a folder.
#[must_use]
pub fn plan(position: Option<Position>, folder: Folder) -> Plan {
    let Some(position) = position else {
        return Plan::All;
    };
    if position.uid_validity != folder.uid_validity {
        return Plan::All;
    }
    match folder.uid_next {
        // UIDs only rise; one we took cannot lie in the future.
        Some(next) if next <= position.last_uid => Plan::All,
        Some(next) if next == position.last_uid + 1 => Plan::Nothing,
        _ => Plan::After(position.last_uid),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(uid_validity: u32, uid_next: Option<u32>) -> Folder {
        Folder {
            uid_validity,
            uid_next,
            exists: 3,
        }
    }

    fn at(uid_validity: u32, last_uid: u32) -> Position {
        Position {
            uid_validity,
            last_uid,
        }
    }

    #[test]
    fn the_usual_way_goes_on_after_the_last() {
        assert_eq!(plan(Some(at(7, 41)), folder(7, Some(44))), Plan::After(41));
        assert_eq!(plan(Some(at(7, 41)), folder(7, Some(42))), Plan::Nothing);
        assert_eq!(plan(Some(at(7, 41)), folder(7, None)), Plan::After(41));
    }

    #[test]
    fn numbers_that_became_void_are_not_believed() {
        assert_eq!(plan(None, folder(7, Some(44))), Plan::All);
        assert_eq!(plan(Some(at(7, 41)), folder(8, Some(3))), Plan::All);
        // A server restored from a backup.
        assert_eq!(plan(Some(at(7, 41)), folder(7, Some(30))), Plan::All);
    }
}
