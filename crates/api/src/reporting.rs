//! What reports of several features have in common on the wire.

use std::str::FromStr;

use zhiyin_app::reporting::Pick;

use crate::code::Code;
use crate::error::{ApiError, ApiResult};

/// Reads a group that is picked: an identifier, `none`, or nothing for all of them.
pub(crate) fn pick<T: FromStr>(field: &'static str, text: Option<&str>) -> ApiResult<Pick<T>> {
    match text {
        None => Ok(Pick::Any),
        Some(text) => text
            .parse()
            .map_err(|_| ApiError::bad_request(Code::InvalidQuery).field(field)),
    }
}
