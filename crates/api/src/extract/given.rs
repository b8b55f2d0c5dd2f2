//! Fields that may be left out, and may be `null` when they are there.

use serde::{Deserialize, Deserializer};

/// Reads a field that is there: `null` becomes `Some(None)`. With `#[serde(default)]` one
/// that is left out is `None`.
#[expect(
    clippy::option_option,
    reason = "left out, null and given are three things"
)]
pub(crate) fn given<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[expect(
        clippy::option_option,
        reason = "left out, null and given are three things"
    )]
    struct Example {
        #[serde(default, deserialize_with = "given")]
        number: Option<Option<u8>>,
    }

    #[test]
    fn left_out_and_null_are_told_apart() {
        let read = |text: &str| serde_json::from_str::<Example>(text).expect("JSON").number;
        assert_eq!(read("{}"), None);
        assert_eq!(read(r#"{"number":null}"#), Some(None));
        assert_eq!(read(r#"{"number":3}"#), Some(Some(3)));
    }
}
