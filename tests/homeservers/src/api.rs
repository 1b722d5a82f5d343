//! A small blocking client of a server's plain HTTP API: enough to register people and to look at what a server holds.

use std::{fs, path::Path, sync::Arc, time::Duration};

use anyhow::{Context, Result, bail};
use ring::hmac;
use serde::Deserialize;
use serde_json::{Value, json};
use ureq::{
    Agent,
    http::Request,
    tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem},
};

/// One server's API, over TLS, trusting the pair's authority and no other.
#[derive(Clone, Debug)]
pub struct Api {
    agent: Agent,
    base_url: String,
}

/// The server answered, and it was an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// The HTTP status.
    pub status: u16,
    /// Matrix's code, such as `M_FORBIDDEN`; empty when there was none.
    pub code: String,
    /// The server's own words.
    pub message: String,
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {} {}", self.status, self.code, self.message)
    }
}

impl std::error::Error for ApiError {}

/// Someone signed in by password, with a device that knows no encryption.
#[derive(Clone, Debug, Deserialize)]
pub struct Session {
    /// The Matrix ID.
    pub user_id: String,
    /// The device made by this sign-in.
    pub device_id: String,
    /// What `Api::call` wants.
    pub access_token: String,
}

impl Api {
    /// The API at a URL without a slash at its end, trusting the certificates in a PEM file.
    pub fn new(base_url: &str, ca: &Path) -> Result<Self> {
        let pem = fs::read(ca).with_context(|| format!("cannot read {}", ca.display()))?;
        let mut certificates: Vec<Certificate<'static>> = Vec::new();
        for item in parse_pem(&pem) {
            if let PemItem::Certificate(certificate) = item? {
                certificates.push(certificate);
            }
        }
        let tls = TlsConfig::builder().root_certs(RootCerts::Specific(Arc::new(certificates))).build();
        let agent = Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            // The servers are on this machine, whatever proxy it uses.
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(60)))
            .build()
            .new_agent();
        Ok(Self { agent, base_url: base_url.to_owned() })
    }

    /// Calls the API: `("GET", "/_matrix/client/v3/…", …)`. A status other than 2xx is an `ApiError`.
    pub fn call(&self, method: &str, path: &str, token: Option<&str>, body: Option<&Value>) -> Result<Value> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base_url));
        if let Some(token) = token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let mut response = match body {
            Some(body) => {
                let request = request.header("Content-Type", "application/json").body(body.to_string())?;
                self.agent.run(request)
            }
            None => self.agent.run(request.body(())?),
        }
        .with_context(|| format!("{method} {}{path}", self.base_url))?;
        let status = response.status();
        let text = response.body_mut().with_config().limit(50 * 1024 * 1024).read_to_string()?;
        let answer: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
        if status.is_success() {
            return Ok(answer);
        }
        let field = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        bail!(ApiError { status: status.as_u16(), code: field("errcode"), message: field("error") })
    }

    /// Whether the server serves.
    pub(crate) fn answers(&self) -> bool {
        self.call("GET", "/_matrix/client/versions", None, None).is_ok()
    }

    /// Signs in by password.
    pub fn login(&self, localpart: &str, password: &str) -> Result<Session> {
        let body = json!({
            "type": "m.login.password",
            "identifier": { "type": "m.id.user", "user": localpart },
            "password": password,
        });
        Ok(serde_json::from_value(self.call("POST", "/_matrix/client/v3/login", None, Some(&body))?)?)
    }

    /// Registers someone with the server's shared secret and gives the Matrix ID. It leaves no device behind.
    pub(crate) fn register(
        &self,
        secret: &str,
        localpart: &str,
        password: &str,
        display_name: Option<&str>,
        admin: bool,
    ) -> Result<String> {
        const PATH: &str = "/_synapse/admin/v1/register";
        let nonce = self.call("GET", PATH, None, None)?;
        let nonce = nonce["nonce"].as_str().context("no nonce")?;
        let mac = registration_mac(secret, nonce, localpart, password, admin);
        let body = json!({
            "nonce": nonce,
            "username": localpart,
            "displayname": display_name.unwrap_or(localpart),
            "password": password,
            "admin": admin,
            "mac": mac,
            "inhibit_login": true,
        });
        let answer = self.call("POST", PATH, None, Some(&body))?;
        Ok(answer["user_id"].as_str().context("no user_id")?.to_owned())
    }
}

fn registration_mac(secret: &str, nonce: &str, localpart: &str, password: &str, admin: bool) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.as_bytes());
    let message = [nonce, localpart, password, if admin { "admin" } else { "notadmin" }].join("\0");
    hmac::sign(&key, message.as_bytes()).as_ref().iter().fold(String::new(), |mut hex, byte| {
        hex.push_str(&format!("{byte:02x}"));
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mac_is_the_one_that_synapse_computes() {
        // hmac.new(b"shared", b"nonce\0pepper\0pa$$\0notadmin", hashlib.sha1).hexdigest()
        assert_eq!(
            registration_mac("shared", "nonce", "pepper", "pa$$", false),
            "2f7dd321eafde35d5279019c9d825b046d2fb700"
        );
        assert_eq!(
            registration_mac("shared", "nonce", "pepper", "pa$$", true),
            "ae0578d30196aa253be06a5e433cba185362deca"
        );
    }
}
