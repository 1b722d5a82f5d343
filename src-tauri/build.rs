//! Hands the window's configuration to Tauri. The commands that exist are those the capability file
//! allows: one list, so that no command is reachable without standing in it.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=capabilities/main.json");
    let capability = std::fs::read_to_string("capabilities/main.json")?;
    let commands: Vec<&'static str> = capability
        .split('"')
        .filter_map(|word| word.strip_prefix("allow-"))
        .map(|command| &*command.replace('-', "_").leak())
        .collect();
    tauri_build::try_build(
        tauri_build::Attributes::new().app_manifest(tauri_build::AppManifest::new().commands(commands.leak())),
    )?;
    Ok(())
}
