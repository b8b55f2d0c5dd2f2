//! From the settings to what the HTTP surface takes.

use std::time::Duration;

use zhiyin_api::config::{HttpConfig, StreamConfig};
use zhiyin_api::guard::limits::{Rate, RateLimits};

use crate::config::{Config, LimitsConfig};

/// Settings of the HTTP surface.
pub fn config(config: &Config, has_demo_shop: bool) -> HttpConfig {
    let server = &config.server;
    HttpConfig {
        public_url: server.public_url.clone(),
        extra_origins: server.extra_origins.clone(),
        trusted_proxies: config.trusted_proxies(),
        limits: limits(&config.limits),
        request_timeout: Duration::from_secs(server.request_timeout_s),
        upload_timeout: Duration::from_secs(server.upload_timeout_s),
        body_bytes_max: size(server.body_kib_max.saturating_mul(1024)),
        connections_max: size(server.connections_max),
        has_demo_shop,
        has_public_metrics: config.metrics.is_public,
        stream: StreamConfig {
            drain: Duration::from_secs(server.drain_s),
            ..StreamConfig::default()
        },
    }
}

fn limits(config: &LimitsConfig) -> RateLimits {
    let usual = RateLimits::default();
    let default = LimitsConfig::default();
    RateLimits {
        address: rate(
            config.address_per_minute,
            default.address_per_minute,
            usual.address,
        ),
        anonymous: rate(
            config.anonymous_per_minute,
            default.anonymous_per_minute,
            usual.anonymous,
        ),
        agent: rate(
            config.agent_per_minute,
            default.agent_per_minute,
            usual.agent,
        ),
        token: rate(
            config.token_per_minute,
            default.token_per_minute,
            usual.token,
        ),
        visitor: rate(
            config.visitor_per_minute,
            default.visitor_per_minute,
            usual.visitor,
        ),
        visitor_messages: rate(
            config.visitor_messages_per_minute,
            default.visitor_messages_per_minute,
            usual.visitor_messages,
        ),
        inbox_visitors: rate(
            config.inbox_visitors_per_minute,
            default.inbox_visitors_per_minute,
            usual.inbox_visitors,
        ),
        frames: rate(
            config.frames_per_minute,
            default.frames_per_minute,
            usual.frames,
        ),
    }
}

/// A rate with the burst of the usual one in proportion; nothing for zero.
fn rate(per_minute: u32, usual_per_minute: u32, usual: Option<Rate>) -> Option<Rate> {
    if per_minute == 0 {
        return None;
    }
    let burst = usual.map_or(1, |usual| {
        let scaled = u64::from(usual.burst) * u64::from(per_minute) / u64::from(usual_per_minute);
        u32::try_from(scaled).unwrap_or(u32::MAX).max(1)
    });
    Some(Rate::per_minute(per_minute, burst))
}

fn size(setting: u64) -> usize {
    usize::try_from(setting).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_settings_are_the_default_limits() {
        let limits = limits(&LimitsConfig::default());
        let usual = RateLimits::default();
        assert_eq!(limits.address, usual.address);
        assert_eq!(limits.anonymous, usual.anonymous);
        assert_eq!(limits.agent, usual.agent);
        assert_eq!(limits.token, usual.token);
        assert_eq!(limits.visitor, usual.visitor);
        assert_eq!(limits.visitor_messages, usual.visitor_messages);
        assert_eq!(limits.inbox_visitors, usual.inbox_visitors);
        assert_eq!(limits.frames, usual.frames);
    }

    #[test]
    fn bursts_follow_their_rate_and_zero_is_off() {
        let limits = limits(&LimitsConfig {
            agent_per_minute: 120,
            visitor_per_minute: 0,
            ..LimitsConfig::default()
        });
        assert_eq!(limits.agent, Some(Rate::per_minute(120, 30)));
        assert_eq!(limits.visitor, None);
    }
}
