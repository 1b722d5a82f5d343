//! `media://localhost/<handle>`: pictures, decrypted in core, answered whole.

use tauri::{
    Manager, Runtime, UriSchemeContext, UriSchemeResponder,
    http::{Request, Response, StatusCode, header},
};

use crate::Shell;

/// Answers one request of the page. Whatever is wrong, the page learns only that there is no picture.
pub(crate) fn answer<R: Runtime>(
    context: UriSchemeContext<'_, R>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let app = context.app_handle().state::<Shell>().app.clone();
    let handle = request.uri().path().trim_start_matches('/').to_owned();
    tauri::async_runtime::spawn(async move {
        let response = match app.media(&handle).await {
            Ok(media) => Response::builder()
                .header(header::CONTENT_TYPE, media.media_type)
                // A handle names the same bytes as long as the process lives; they are not kept on disk.
                .header(header::CACHE_CONTROL, "no-store")
                .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
                .body(media.bytes),
            Err(_) => Response::builder().status(StatusCode::NOT_FOUND).body(Vec::new()),
        };
        if let Ok(response) = response {
            responder.respond(response);
        }
    });
}
