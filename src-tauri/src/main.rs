//! Starts the window.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

/// Unlike that of the C library, it gives memory back that a long conversation has needed (decision 0012).
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
    estafette_shell::run(std::env::args_os())
}
