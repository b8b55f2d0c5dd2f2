//! Text understanding: what it takes to find a text again, and to know what it is about.
//!
//! [`fold()`] makes spellings equal, [`segment`] cuts a folded text into runs and words,
//! [`index`] makes the tokens of a message or of a query, [`lookup()`] the terms of names,
//! [`highlight`] shows where a query stands in the original. [`words`], [`sentences`],
//! [`pinyin`] and [`typos`] know a language's words; [`identify`] says which language.
//! [`topic`] and [`tone`] are trained models, [`personal`] and [`etiquette`] find spans,
//! [`similarity`] ranks passages for a question, [`encoder`] makes vectors for that, [`measure`] says how good all this is.
//! [`promises`] finds what an agent promises and by when, [`wish`] tells whether a customer asks for a person.
//! Pure functions: no I/O, no SQL, no clock.
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts are small, scores and models are approximate"
)]

mod codec;
mod dictionary;
pub mod encoder;
pub mod etiquette;
pub mod fold;
pub mod highlight;
pub mod identify;
pub mod index;
pub mod lookup;
pub mod measure;
pub mod personal;
pub mod pinyin;
pub mod promises;
pub mod segment;
pub mod sentences;
pub mod similarity;
mod sparse;
pub mod tone;
pub mod topic;
pub mod typos;
mod variants;
pub mod wish;
pub mod words;

pub use fold::fold;
pub use highlight::{Highlighter, Snippet, preview};
pub use index::{index_tokens, query};
pub use lookup::{lookup, name_terms, phone_terms};
pub use wish::wants_person;
pub use zhiyin_domain::search::{Clause, Phrase, Query, Token};
