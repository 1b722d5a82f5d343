//! The user's own name and picture.

use matrix_sdk::{Client, Error, ruma::api::error::ErrorKind};

use crate::{
    error::{AppError, ErrorCode, Result},
    media::Portrait,
    network,
    people::Person,
    rich_text::clean,
};

/// Changes the user's name; the organisation stays, which their administration gave. Gives the name as it is shown.
pub(crate) async fn rename(client: &Client, me: &Person, name: &str) -> Result<String> {
    let name = clean(name);
    if name.is_empty() {
        return Err(AppError::new(ErrorCode::NameEmpty));
    }
    let whole = match &me.organisation {
        Some(organisation) => format!("{name} [{organisation}]"),
        None => name.clone(),
    };
    client.account().set_display_name(Some(&whole)).await.map_err(|error| refused(&error))?;
    Ok(name)
}

/// Gives the user another picture.
pub(crate) async fn set_picture(client: &Client, picture: Portrait) -> Result<()> {
    let media_type =
        picture.media_type.parse().map_err(|_| AppError::caused(ErrorCode::Internal, &"a type that is none"))?;
    client.account().upload_avatar(&media_type, picture.bytes).await.map(drop).map_err(|error| refused(&error))
}

/// Takes the user's picture away.
pub(crate) async fn remove_picture(client: &Client) -> Result<()> {
    client.account().set_avatar_url(None).await.map_err(|error| refused(&error))
}

/// Some administrations keep names and pictures themselves.
fn refused(error: &Error) -> AppError {
    match error.client_api_error_kind() {
        Some(ErrorKind::Forbidden) => AppError::new(ErrorCode::ProfileFixed),
        _ => network::sdk_error(error),
    }
}
