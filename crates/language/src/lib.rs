//! Text understanding: what it takes to find a text again.
//!
//! [`fold()`] makes spellings equal (compatibility forms, case, width, accents, traditional
//! characters), [`segment`] cuts a folded text into runs and words, [`index`] makes the
//! tokens of a message or of a query, [`lookup()`] the terms of names, [`highlight`] shows
//! where a query stands in the original. Pure functions: no I/O, no SQL, no state.

pub mod etiquette;
pub mod fold;
pub mod highlight;
pub mod identify;
pub mod index;
pub mod lookup;
pub mod measure;
pub mod personal;
pub mod pinyin;
pub mod segment;
pub mod sentences;
pub mod similarity;
mod sparse;
pub mod tone;
pub mod topic;
pub mod typos;
mod codec;
mod variants;
pub mod words;

pub use fold::fold;
pub use highlight::{Highlighter, Snippet, preview};
pub use index::{index_tokens, query};
pub use lookup::{lookup, name_terms, phone_terms};
pub use zhiyin_domain::search::{Clause, Phrase, Query, Token};
