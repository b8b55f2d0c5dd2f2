//! Extractors: what a handler gets is already parsed, bounded and authenticated.

mod body;
mod cursor;
mod language;
mod path;
mod query;

pub use crate::auth::{Anonymous, Caller, LeavingVisitor, MaybeCaller, VisitorCaller};
pub use crate::guard::address::ClientAddress;
pub use body::Valid;
pub(crate) use body::present;
pub use cursor::{Cursor, Page, PageQuery};
pub use language::Wish;
pub use path::Path;
pub use query::Query;
