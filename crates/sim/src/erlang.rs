//! Exact values of simple queues, to check the simulation against.
//!
//! `a` is the offered load in erlangs (arrival rate × mean service time), `n` the number
//! of agents. Times are in any unit, as long as it is one.

/// Erlang B: the share of customers who find all `n` places taken and leave. By the stable
/// recursion `B(k) = a·B(k−1) / (k + a·B(k−1))`, never by factorials.
#[must_use]
pub fn erlang_b(n: u32, a: f64) -> f64 {
    (1..=n).fold(1.0, |b, k| a * b / (f64::from(k) + a * b))
}

/// Erlang C: the share of customers who wait, `C = B / (1 − ρ(1 − B))` with `ρ = a/n`.
/// One when the load is more than the agents can carry.
#[must_use]
pub fn erlang_c(n: u32, a: f64) -> f64 {
    let load = a / f64::from(n);
    if load >= 1.0 {
        return 1.0;
    }
    let b = erlang_b(n, a);
    b / (1.0 - load * (1.0 - b))
}

/// Share answered within `target`: `1 − C·e^(−(n−a)·T/AHT)`.
#[must_use]
pub fn service_level(n: u32, a: f64, target: f64, service: f64) -> f64 {
    1.0 - erlang_c(n, a) * (-(f64::from(n) - a) * target / service).exp()
}

/// Mean wait over all customers: `C·AHT / (n − a)`.
#[must_use]
pub fn mean_wait(n: u32, a: f64, service: f64) -> f64 {
    erlang_c(n, a) * service / (f64::from(n) - a)
}

/// The steady state of M/M/n+M.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ErlangA {
    /// Share of customers who wait.
    pub wait_probability: f64,
    /// Share of customers who give up.
    pub abandon_probability: f64,
    /// Mean wait of all customers, served or not.
    pub mean_wait: f64,
    /// Share of the agents' time in use.
    pub occupancy: f64,
}

/// Erlang A: arrivals at `arrival`, services at `service` by each of `n` agents, and each
/// who waits gives up at the rate `leave` (above zero). The birth and death process is
/// summed from its largest term, so that nothing overflows.
#[must_use]
pub fn erlang_a(n: u32, arrival: f64, service: f64, leave: f64) -> ErlangA {
    let down = |k: u32| f64::from(k.min(n)) * service + f64::from(k.saturating_sub(n)) * leave;
    let mut logs = vec![0.0_f64];
    let mut k = 0;
    let mut top = 0.0_f64;
    while k <= n || logs[logs.len() - 1] > top - 50.0 {
        k += 1;
        let next = logs[logs.len() - 1] + (arrival / down(k)).ln();
        top = top.max(next);
        logs.push(next);
    }
    let weights = logs.iter().map(|log| (log - top).exp());
    let (mut all, mut waiting, mut queue, mut busy) = (0.0, 0.0, 0.0, 0.0);
    for (k, weight) in (0_u32..).zip(weights) {
        all += weight;
        busy += weight * f64::from(k.min(n));
        queue += weight * f64::from(k.saturating_sub(n));
        if k >= n {
            waiting += weight;
        }
    }
    ErlangA {
        wait_probability: waiting / all,
        abandon_probability: leave * queue / all / arrival,
        mean_wait: queue / all / arrival,
        occupancy: busy / all / f64::from(n),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, exact: f64) {
        assert!(
            (found - exact).abs() <= 1e-9 * exact.max(1.0),
            "{found} {exact}"
        );
    }

    #[test]
    fn erlang_b_is_exact() {
        for (n, a, exact) in [
            (1, 1.0, 0.5),
            (5, 3.0, 0.110_054_347_826_086_95),
            (10, 10.0, 0.214_582_343_107_348_1),
            (100, 90.0, 0.026_957_380_464_359_27),
            (500, 480.0, 0.014_325_780_722_426_128),
        ] {
            close(erlang_b(n, a), exact);
        }
    }

    #[test]
    fn erlang_c_is_exact() {
        for (n, a, exact) in [
            (12, 8.4, 0.183_888_630_393_499_68),
            (14, 10.0, 0.174_131_933_595_049_83),
            (50, 48.0, 0.694_455_611_196_834_3),
            (100, 90.0, 0.216_940_480_906_366_4),
            (200, 190.0, 0.365_263_856_562_546_4),
            (500, 480.0, 0.266_512_519_962_364_1),
        ] {
            close(erlang_c(n, a), exact);
        }
        close(erlang_c(3, 3.0), 1.0);
    }

    #[test]
    fn levels_and_waits_are_exact() {
        for (n, a, level, wait) in [
            (11, 10.0, 0.389_613_811_7, 122.781_277),
            (14, 10.0, 0.888_350_019_2, 7.835_937),
            (15, 10.0, 0.941_452_842_9, 3.673_525),
        ] {
            close(service_level(n, a, 20.0, 180.0), level);
            assert!((mean_wait(n, a, 180.0) - wait).abs() < 1e-6);
        }
    }

    #[test]
    fn erlang_a_is_exact() {
        for (arrival, service, leave, n, wait, abandon, mean, occupancy) in [
            (
                48.0,
                1.0,
                0.5,
                50,
                0.467_774_07,
                0.030_912_25,
                3.709_470,
                0.930_324_24,
            ),
            (
                4.2,
                0.5,
                1.0,
                12,
                0.127_372_28,
                0.029_678_91,
                1.780_734,
                0.679_224_77,
            ),
            (
                10.0,
                0.2,
                0.2,
                45,
                0.778_959_77,
                0.119_139_59,
                35.741_878,
                0.978_733_78,
            ),
            (
                10.0,
                0.2,
                0.2,
                50,
                0.518_808_32,
                0.056_325_01,
                16.897_502,
                0.943_674_99,
            ),
            (
                10.0,
                0.2,
                0.2,
                55,
                0.257_693_95,
                0.020_611_39,
                6.183_418,
                0.890_353_28,
            ),
        ] {
            let found = erlang_a(n, arrival, service, leave);
            let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-6, "{found:?}: {a} {b}");
            near(found.wait_probability, wait);
            near(found.abandon_probability, abandon);
            near(found.mean_wait * 60.0, mean);
            near(found.occupancy, occupancy);
        }
    }
}
