//! What stands around every request: ids, addresses, origins, limits, headers, time.
//!
//! Nothing in here knows a feature. The order of the layers is in `crate::router`.

pub mod address;
pub mod headers;
pub mod limits;
pub mod origin;
pub mod outer;
pub mod request_id;
