//! A service floor in a box: customers arrive, wait, give up; agents answer; and the one
//! who decides is the router of [`zhiyin_domain::routing`], the same code that runs in
//! production.
//!
//! [`floor`] is the discrete-event simulation, [`erlang`] the exact values it is checked
//! against, [`published`] the models of the literature, [`chaos`] thousands of small floors
//! where everything goes wrong, [`measure`] what `zhiyin bench routing` prints. One seed
//! gives one run, everywhere and always.

pub mod chaos;
pub mod clocks;
pub mod distribution;
pub mod erlang;
pub mod floor;
pub mod measure;
pub mod published;
pub mod statistics;

pub use distribution::Distribution;
pub use floor::{ContactType, Day, Group, Scenario, simulate};
pub use measure::{Effort, RoutingReport, measure_routing};
pub use statistics::{Interval, mean, ratio};

use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

/// The generator of one stream of random numbers. Streams of one seed are independent, so
/// that more arrivals of one type do not change the services of another.
#[must_use]
pub fn stream(seed: u64, number: u64) -> Pcg64Mcg {
    // Golden-ratio mixing keeps neighbouring seeds and streams apart.
    let mixed = (seed ^ 0x9e37_79b9_7f4a_7c15)
        .wrapping_mul(0xbf58_476d_1ce4_e5b9)
        .wrapping_add(number.wrapping_mul(0x94d0_49bb_1331_11eb));
    Pcg64Mcg::seed_from_u64(mixed)
}
