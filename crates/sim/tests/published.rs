//! The router, driven by the simulation, against exact values and published results. Seeds
//! are fixed, so a failure is a change of behaviour, not bad luck.

use zhiyin_sim::Interval;
use zhiyin_sim::erlang::{erlang_a, erlang_c, mean_wait, service_level};
use zhiyin_sim::published::{
    Study, mmc, mmc_abandonment, mmc_blocked, simple_msk, single_queue, six_skills,
};

/// Standard errors two estimates of the same may be apart.
const FAR: f64 = 3.3;

#[track_caller]
fn agrees(found: Interval, mean: f64, half_width: f64) {
    let published = Interval::published(mean, half_width);
    assert!(
        found.distance(&published) < FAR,
        "{found:?}, published {mean} ± {half_width}"
    );
}

#[track_caller]
fn is_exact(found: Interval, exact: f64) {
    assert!(found.is_near(exact, FAR), "{found:?}, exact {exact}");
}

#[test]
fn erlang_c_is_reproduced() {
    let mut scenario = single_queue(10.0 / 3.0, 1.0 / 3.0, None, 14, 12.0);
    scenario.warm_up_s = 3600.0;
    let study = Study::run(&scenario, 16, 1);
    is_exact(
        study.ratio(|day| day.delayed, |day| day.offered),
        erlang_c(14, 10.0),
    );
    is_exact(study.service_level(), service_level(14, 10.0, 20.0, 180.0));
    is_exact(study.speed_of_answer(), mean_wait(14, 10.0, 180.0));
    is_exact(study.occupancy(0), 10.0 / 14.0);
}

#[test]
fn erlang_a_is_reproduced() {
    for (arrival, service, leave, agents) in [(10.0, 0.2, 0.2, 50), (4.2, 0.5, 1.0, 12)] {
        let mut scenario = single_queue(arrival, service, Some(leave), agents, 5.0);
        scenario.warm_up_s = 3600.0;
        let study = Study::run(&scenario, 10, 1);
        let exact = erlang_a(agents, arrival, service, leave);
        is_exact(
            study.ratio(|day| day.delayed, |day| day.offered),
            exact.wait_probability,
        );
        is_exact(
            study.ratio(|day| day.abandoned, |day| day.offered),
            exact.abandon_probability,
        );
        is_exact(
            study.ratio(|day| day.wait_s, |day| day.offered),
            exact.mean_wait * 60.0,
        );
        is_exact(study.occupancy(0), exact.occupancy);
    }
}

#[test]
fn mmc_agrees_with_what_was_published() {
    let study = Study::run(&mmc(), 25, 1);
    agrees(study.mean(|day| day.in_target), 1816.158, 3.5);
    agrees(study.service_level(), 0.902, 0.002);
    agrees(study.speed_of_answer(), 0.099 * 60.0, 0.0025 * 60.0);
    agrees(study.occupancy(0), 0.695, 0.001);
}

#[test]
fn mmc_with_abandonment_agrees_with_what_was_published() {
    let study = Study::run(&mmc_abandonment(), 40, 1);
    agrees(study.mean(|day| day.abandoned), 58.609, 0.95);
    agrees(study.service_level(), 0.975, 0.001);
    agrees(study.service_level_with_abandoned(), 0.968, 0.001);
    agrees(study.occupancy(0), 0.675, 0.001);
}

#[test]
fn mmc_with_a_full_line_agrees_with_what_was_published() {
    let study = Study::run(&mmc_blocked(), 25, 1);
    agrees(study.mean(|day| day.blocked), 18.655, 0.61);
    agrees(study.service_level(), 0.929, 0.001);
    agrees(
        study.ratio(|day| day.in_target, |day| day.served + day.blocked),
        0.920,
        0.0015,
    );
}

#[test]
fn simple_msk_agrees_with_what_was_published() {
    let study = Study::run(&simple_msk(), 12, 1);
    agrees(study.mean(|day| day.served), 4297.305, 27.2);
    agrees(study.mean(|day| day.abandoned), 910.335, 34.2);
    agrees(study.service_level_with_abandoned(), 0.501, 0.0075);
    agrees(study.occupancy(0), 0.881, 0.0035);
    let in_target = [
        [(170.154, 5.8), (599.334, 5.2), (15.490, 1.7)],
        [(262.936, 8.3), (511.648, 5.4), (34.697, 3.4)],
        [(259.806, 9.6), (613.732, 6.1), (24.888, 2.8)],
    ];
    for (kind, periods) in in_target.iter().enumerate() {
        for (period, (mean, half_width)) in periods.iter().enumerate() {
            let found = study.mean(|day| day.in_target_by[kind][period]);
            agrees(found, *mean, *half_width);
        }
    }
}

#[test]
fn two_skills_are_nearly_as_good_as_all() {
    let [one, two, six] = [1, 2, 6].map(|skills| Study::run(&six_skills(skills, 22.0), 2, 1));
    let delay = |study: &Study| study.speed_of_answer().mean;
    // Nearly all that six skills gain over one is gained by the second.
    let gained = (delay(&one) - delay(&two)) / (delay(&one) - delay(&six));
    assert!(
        gained > 0.85,
        "{} {} {}",
        delay(&one),
        delay(&two),
        delay(&six)
    );
    let level = |study: &Study| study.service_level().mean;
    assert!(level(&two) > level(&six) - 0.15 && level(&two) > level(&one) + 0.1);
}

#[test]
fn customers_are_told_how_long_they_wait() {
    // Six agents, each busy for four minutes on average, in a load of 5.4.
    let mut scenario = single_queue(1.35, 0.25, None, 6, 26.0);
    scenario.warm_up_s = 2.0 * 3600.0;
    let study = Study::run(&scenario, 12, 1);
    let told = study.ratio(|day| day.told_s, |day| day.told_wait_s);
    // The measured mean of the last fifty services moves around the true one, and whole
    // seconds are rounded up.
    assert!((0.9..1.15).contains(&told.mean), "{told:?}");
}
