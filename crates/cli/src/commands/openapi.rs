//! `zhiyin openapi`: the description of the HTTP surface, for generated clients.

use anyhow::Result;

use crate::output;

/// Prints it.
pub fn run() -> Result<()> {
    output::print(zhiyin_api::openapi::document_text()?.trim_end())
}
