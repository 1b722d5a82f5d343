//! Synapse's configuration, written anew at each start: only `state.json` is lasting.

use std::{fs, path::Path};

use anyhow::Result;
use serde_json::{Map, Value, json};

use crate::{
    certificates::{AUTHORITY, CERTIFICATE, KEY, write_private},
    state::{Info, SIGNING_KEY, Side},
};

/// The configuration file, below the server's directory.
pub(crate) const CONFIGURATION: &str = "homeserver.yaml";

/// Writes the configurations of both servers.
pub(crate) fn write(info: &Info) -> Result<()> {
    Side::BOTH.into_iter().try_for_each(|side| write_one(info, side, &Map::new()))
}

/// Writes the configuration of one server, with these settings instead of its own; null takes one away.
pub(crate) fn write_one(info: &Info, side: Side, settings: &Map<String, Value>) -> Result<()> {
    let home = info.directory.join(side.key());
    let mut configuration = synapse(info, side, &home);
    if let Value::Object(configuration) = &mut configuration {
        configuration.extend(settings.clone());
        configuration.retain(|_, value| !value.is_null());
    }
    // JSON is YAML.
    write_private(&home.join(CONFIGURATION), &serde_json::to_string_pretty(&configuration)?)?;
    Ok(fs::write(home.join("log.yaml"), serde_json::to_string_pretty(&log(&info.server(side).log))?)?)
}

fn synapse(info: &Info, side: Side, home: &Path) -> Value {
    let server = info.server(side);
    let mut configuration = json!({
        "server_name": server.name,
        // Only with https does Synapse answer /.well-known/matrix/client.
        "public_baseurl": format!("{}/", server.base_url),
        "pid_file": home.join("homeserver.pid"),
        "signing_key_path": home.join(SIGNING_KEY),
        "media_store_path": home.join("media"),
        "log_config": home.join("log.yaml"),
        "database": { "name": "sqlite3", "args": { "database": server.database } },
        "tls_certificate_path": home.join(CERTIFICATE),
        "tls_private_key_path": home.join(KEY),
        "listeners": [{
            "port": server.port,
            "bind_addresses": ["127.0.0.1"],
            "type": "http",
            "tls": true,
            "resources": [{ "names": ["client", "media", "federation"], "compress": false }],
        }],

        "registration_shared_secret": server.registration_secret,
        "macaroon_secret_key": server.macaroon_secret,
        "form_secret": server.macaroon_secret,
        "enable_registration": false,
        "bcrypt_rounds": 4,

        // Nothing leaves the machine.
        "report_stats": false,
        "trusted_key_servers": [],
        "suppress_key_server_warning": true,
        "url_preview_enabled": false,

        // The world's clock leaps by days between two requests: tokens must not end on the way.
        "refreshable_access_token_lifetime": "52w",

        // The two servers trust each other's certificates, and loopback is not forbidden to them.
        "federation_custom_ca_list": [info.directory.join(AUTHORITY)],
        "ip_range_blacklist": [],
        "federation_ip_range_blacklist": [],
        // A network that comes back is noticed within seconds.
        "federation": {
            "client_timeout": "10s",
            "max_short_retry_delay": "1s",
            "max_long_retry_delay": "2s",
            "destination_min_retry_interval": "1s",
            "destination_retry_multiplier": 1,
            "destination_max_retry_interval": "2s",
        },
        "federation_rr_transactions_per_room_per_second": 1000,
        "allow_public_rooms_over_federation": true,

        "user_directory": { "enabled": true, "search_all_users": true },
        "max_upload_size": "200M",
        "remote_media_download_burst_count": "10G",
        "remote_media_download_per_second": "10G",
        "max_event_delay_duration": "24h",
        "experimental_features": {
            "msc3030_enabled": true,
            "msc3266_enabled": true,
            "msc4133_enabled": true,
            "msc4140_enabled": true,
            "msc4222_enabled": true,
            "msc4306_enabled": true,
        },
    });
    if let Value::Object(configuration) = &mut configuration {
        configuration.extend(rate_limits());
    }
    configuration
}

/// Tests act faster than people.
fn rate_limits() -> impl Iterator<Item = (String, Value)> {
    let unlimited = json!({ "per_second": 100_000, "burst_count": 100_000 });
    let plain = [
        "rc_message",
        "rc_registration",
        "rc_registration_token_validity",
        "rc_admin_redaction",
        "rc_joins_per_room",
        "rc_3pid_validation",
        "rc_third_party_invite",
        "rc_media_create",
        "rc_key_requests",
        "rc_delayed_event_mgmt",
        "rc_reports",
        "rc_room_creation",
        "rc_user_directory",
        "rc_profile",
    ];
    let nested = [
        ("rc_login", &["address", "account", "failed_attempts"][..]),
        ("rc_joins", &["local", "remote"]),
        ("rc_invites", &["per_room", "per_user", "per_issuer"]),
        ("rc_presence", &["per_user"]),
    ];
    let mut limits: Vec<(String, Value)> = plain.into_iter().map(|name| (name.to_owned(), unlimited.clone())).collect();
    for (name, parts) in nested {
        let parts = parts.iter().map(|part| ((*part).to_owned(), unlimited.clone())).collect();
        limits.push((name.to_owned(), Value::Object(parts)));
    }
    let federation = json!({ "window_size": 1000, "sleep_limit": 100_000, "sleep_delay": 1, "reject_limit": 100_000, "concurrent": 100 });
    limits.push(("rc_federation".to_owned(), federation));
    limits.into_iter()
}

fn log(file: &Path) -> Value {
    json!({
        "version": 1,
        "disable_existing_loggers": false,
        "formatters": { "line": { "format": "%(asctime)s %(levelname)s %(name)s %(request)s %(message)s" } },
        "handlers": {
            "file": { "class": "logging.FileHandler", "formatter": "line", "filename": file, "encoding": "utf8" },
        },
        "root": { "level": "WARNING", "handlers": ["file"] },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_the_machine() -> Result<()> {
        let directory = tempfile::tempdir()?;
        let info = Info::open_or_create(directory.path())?;
        for side in Side::BOTH {
            let configuration = synapse(&info, side, &directory.path().join(side.key()));
            assert_eq!(configuration["listeners"][0]["bind_addresses"], json!(["127.0.0.1"]));
            assert_eq!(configuration["trusted_key_servers"], json!([]));
            assert_eq!(configuration["report_stats"], json!(false));
            assert_eq!(configuration["rc_login"]["address"]["burst_count"], json!(100_000));
            assert!(configuration["public_baseurl"].as_str().is_some_and(|url| url.starts_with("https://")));
        }
        Ok(())
    }
}
