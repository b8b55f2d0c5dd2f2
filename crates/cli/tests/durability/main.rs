//! Nothing that was acknowledged is lost: the real binary is killed, and its disk fills
//! up or turns read-only, while customers write over HTTP.
//!
//! The long run is `zhiyin bench durability`; both use the same code.

mod disk;
mod full;
mod kill;
mod read_only;
