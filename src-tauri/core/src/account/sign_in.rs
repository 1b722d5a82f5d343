//! Signing in with a password.
//!
//! The request is sent by a client without stores, so that nothing is left behind where it fails, and
//! the account is known before its data is touched.

use matrix_sdk::{
    SessionMeta, SessionTokens,
    authentication::matrix::MatrixSession,
    config::RequestConfig,
    ruma::{
        api::{
            client::{
                session::login::v3::{LoginInfo, Password, Request},
                uiaa::{EmailUserIdentifier, MatrixUserIdentifier, UserIdentifier},
            },
            error::ErrorKind,
        },
        assign,
    },
};
use zeroize::Zeroizing;

use super::{Found, SavedSession};
use crate::{
    error::{AppError, ErrorCode, Result},
    network,
};

/// What the user typed to prove who they are.
pub(crate) struct Credentials {
    /// Only if the address did not name a user.
    pub(crate) user: Option<String>,
    pub(crate) password: Zeroizing<String>,
}

/// Signs in. `earlier` is the session that the server ended softly: its device is kept.
pub(crate) async fn sign_in(
    found: &Found,
    credentials: &Credentials,
    device_name: &str,
    earlier: Option<&SavedSession>,
) -> Result<MatrixSession> {
    let user = match (&found.matrix_id, &found.server.user, &credentials.user) {
        // The whole ID: a server that is not its own then refuses it.
        (Some(id), _, _) => id.clone(),
        (None, Some(user), _) => user.clone(),
        (None, None, Some(user)) => user.trim().to_owned(),
        (None, None, None) => String::new(),
    };
    if user.is_empty() {
        return Err(AppError::new(ErrorCode::CredentialsWrong));
    }
    let earlier = earlier.filter(|session| session.homeserver == found.homeserver);
    let login = LoginInfo::Password(Password::new(identifier(&user), credentials.password.to_string()));
    let request = assign!(Request::new(login), {
        device_id: earlier.map(|session| session.device_id().clone()),
        initial_device_display_name: Some(device_name.to_owned()),
        refresh_token: true,
    });
    // Not tried again by itself: each try counts against the user.
    let response = found.client.send(request).with_request_config(RequestConfig::new().disable_retry()).await.map_err(
        |error| match error.client_api_error_kind() {
            Some(ErrorKind::Forbidden | ErrorKind::InvalidUsername) => AppError::new(ErrorCode::CredentialsWrong),
            _ => network::unreachable_if_offline(network::http_error(&error)).with("server", &found.server.server_name),
        },
    )?;
    Ok(MatrixSession {
        meta: SessionMeta { user_id: response.user_id, device_id: response.device_id },
        tokens: SessionTokens { access_token: response.access_token, refresh_token: response.refresh_token },
    })
}

/// An e-mail address is a third-party identifier; anything else is a user's name.
fn identifier(user: &str) -> UserIdentifier {
    let email = !user.starts_with('@') && user.split_once('@').is_some_and(|(_, domain)| !domain.is_empty());
    if email {
        UserIdentifier::Email(EmailUserIdentifier::new(user.to_owned()))
    } else {
        UserIdentifier::Matrix(MatrixUserIdentifier::new(user.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn email_addresses_are_told_from_names() {
        for (user, kind) in [
            ("anna", "m.id.user"),
            ("@anna:example.org", "m.id.user"),
            ("anna@example.org", "m.id.thirdparty"),
            ("anna@", "m.id.user"),
        ] {
            assert_eq!(identifier(user).identifier_type(), kind, "{user}");
        }
    }
}
