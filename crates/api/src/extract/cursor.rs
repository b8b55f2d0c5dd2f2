//! Pages and their cursors.
//!
//! A cursor is opaque to callers: the place in the order after which the next page
//! begins, with the name of its list. It is validated, not signed: it holds nothing
//! secret, every query applies the caller's permission anyway, and values are bound
//! parameters, so a forged cursor can only start somewhere else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use zhiyin_domain::limits::{PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX};

use crate::code::Code;
use crate::error::ApiError;

/// Longest cursor that is looked at.
const CURSOR_BYTES_MAX: usize = 512;

/// One page of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Page<T> {
    /// The things, in the order of the list.
    pub items: Vec<T>,
    /// Cursor of the next page, `null` at the end.
    pub next: Option<String>,
}

/// Query parameters of every list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Where to go on: `next` of the page before.
    pub cursor: Option<String>,
    /// Size of the page, at most 100; 50 if left out.
    pub limit: Option<u32>,
}

impl PageQuery {
    /// The size of the page within its bounds.
    #[must_use]
    pub fn size(&self) -> u32 {
        self.limit
            .unwrap_or(PAGE_SIZE_DEFAULT)
            .clamp(1, PAGE_SIZE_MAX)
    }

    /// The place to go on from, if it is a cursor of `list`.
    pub fn after<T: DeserializeOwned>(&self, list: &str) -> Result<Option<T>, ApiError> {
        self.cursor
            .as_deref()
            .map(|cursor| Cursor::decode(list, cursor))
            .transpose()
    }
}

impl<T> Page<T> {
    /// A page from one row more than asked for: the surplus row proves that there is a
    /// next page, which begins after the last row that is kept.
    pub fn from_surplus<P: Serialize>(
        list: &str,
        size: u32,
        mut rows: Vec<T>,
        place: impl FnOnce(&T) -> P,
    ) -> Self {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let has_more = rows.len() > size;
        rows.truncate(size);
        let next = rows
            .last()
            .filter(|_| has_more)
            .map(|last| Cursor::encode(list, &place(last)));
        Self { items: rows, next }
    }

    /// The same page with other things in it.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(f).collect(),
            next: self.next,
        }
    }
}

/// Makes and reads cursors.
#[derive(Debug, Clone, Copy)]
pub struct Cursor;

impl Cursor {
    /// The cursor of a place in a list.
    #[must_use]
    pub fn encode<T: Serialize>(list: &str, place: &T) -> String {
        let text = serde_json::to_vec(&(list, place)).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(text)
    }

    /// The place, if the cursor belongs to the list.
    pub fn decode<T: DeserializeOwned>(list: &str, cursor: &str) -> Result<T, ApiError> {
        let refusal = || ApiError::bad_request(Code::InvalidCursor).field("cursor");
        if cursor.len() > CURSOR_BYTES_MAX {
            return Err(refusal());
        }
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| refusal())?;
        let (name, place): (String, T) = serde_json::from_slice(&bytes).map_err(|_| refusal())?;
        if name == list {
            Ok(place)
        } else {
            Err(refusal())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_only_to_its_list() {
        let cursor = Cursor::encode("agents", &(17_i64, "x"));
        let place: (i64, String) = Cursor::decode("agents", &cursor).expect("our own cursor");
        assert_eq!(place, (17, "x".to_owned()));
        assert!(Cursor::decode::<(i64, String)>("teams", &cursor).is_err());
        for forged in ["", "x", "W10", "bnVsbA", &"A".repeat(1000)] {
            assert!(
                Cursor::decode::<(i64, String)>("agents", forged).is_err(),
                "{forged}"
            );
        }
    }

    #[test]
    fn the_surplus_row_makes_the_next_page() {
        let page = Page::from_surplus("n", 2, vec![1, 2, 3], |n| *n);
        assert_eq!(page.items, [1, 2]);
        assert_eq!(
            Cursor::decode::<i32>("n", &page.next.expect("a cursor")).expect("ours"),
            2
        );
        assert!(
            Page::from_surplus("n", 3, vec![1, 2, 3], |n| *n)
                .next
                .is_none()
        );
        assert!(
            Page::from_surplus("n", 3, Vec::<i32>::new(), |n| *n)
                .next
                .is_none()
        );
    }

    #[test]
    fn the_size_has_bounds() {
        let size = |limit| {
            PageQuery {
                cursor: None,
                limit,
            }
            .size()
        };
        assert_eq!((size(None), size(Some(0)), size(Some(1000))), (50, 1, 100));
    }
}
