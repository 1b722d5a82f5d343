//! The page's process: the web view runs it apart from ours, and it may end, by a defect or for want of memory. The
//! page is then loaded anew; what was being written lies in core.

#[cfg(target_os = "linux")]
mod linux;

#[cfg(target_os = "linux")]
pub(crate) use linux::{bring_back, end_all};

/// Elsewhere the web view does not say so through Tauri.
#[cfg(not(target_os = "linux"))]
#[allow(clippy::unnecessary_wraps)] // As where it may fail.
pub(crate) fn bring_back<R: tauri::Runtime>(_: &tauri::WebviewWindow<R>) -> tauri::Result<()> {
    Ok(())
}
