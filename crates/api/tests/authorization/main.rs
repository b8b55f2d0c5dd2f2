//! Who may do what, for every operation of the API.
//!
//! The table in [`matrix`] has one row for each operation of the OpenAPI document; an
//! operation without a row fails, and so does a row without an operation. For each row:
//! nobody gets in without credentials, nor with those of another kind; every permission
//! it names is needed, and together they are enough; another workspace's ids are not
//! there, in the path and in the body.

mod checks;
mod matrix;
mod world;
