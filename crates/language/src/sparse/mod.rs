//! What the classifiers share: sparse features of texts, the space of known ones, and the
//! solver of linear separators.

pub(crate) mod features;
pub(crate) mod solver;
pub(crate) mod space;
