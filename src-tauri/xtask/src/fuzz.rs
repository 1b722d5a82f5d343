//! Policy files made by chance: AFL++ changes right ones piece by piece and keeps what leads core on another way.
//!
//! Debian's AFL++ needs nothing of Cargo, and only core and the small program around it are built anew for it
//! (`coverage.sh`): the hundreds of packages below them are those of every other build.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

use crate::{
    house::files_below,
    interrupt,
    process::{self, Group},
    setup, workspace,
};

/// How long one file may take. They take less than a millisecond; the machine may have more to do.
const PATIENCE: Duration = Duration::from_secs(10);

/// What it needs besides the compiler.
const PACKAGES: &[&str] = &["afl++"];

/// Looks for a policy file that breaks something, for so long or until there is one.
pub(crate) fn run(time: Duration) -> Result<()> {
    setup::debian_packages(PACKAGES.iter().copied())?;
    let program = build()?;
    let place = workspace::target().join("fuzz");
    if place.exists() {
        fs::remove_dir_all(&place)?;
    }
    fs::create_dir_all(place.join("seeds"))?;
    let examples = examples()?;
    write_seed(&examples, &place.join("seeds"))?;
    fs::write(place.join("words"), dictionary(&examples.words))?;
    let output = fs::File::create(place.join("log"))?;
    let errors = output.try_clone()?;
    let afl = Group::spawn_with(&afl(&place, &program, time), |command| {
        command.stdout(output).stderr(errors);
    })?;
    let outcome = afl.succeed();
    interrupt::check()?;
    let found = place.join("found/default");
    for (folder, what) in [("crashes", "breaks a rule"), ("hangs", "takes too long")] {
        if let Some(file) = finds(&found.join(folder))?.first() {
            let (text, program, file) = (fs::read(file)?, program.display(), file.display());
            bail!("this policy file {what}: {:?}; try {program} < {file}", String::from_utf8_lossy(&text));
        }
    }
    outcome.with_context(|| format!("see {}", place.join("log").display()))?;
    let figures = fs::read_to_string(found.join("fuzzer_stats"))?;
    let figure = |name: &str| {
        let value = figures.lines().find_map(|line| line.strip_prefix(name)?.trim_start().strip_prefix(':'));
        value.map(str::trim).with_context(|| format!("AFL++ says nothing of {name}"))
    };
    let (tried, ways) = (figure("execs_done")?, figure("edges_found")?);
    println!("{tried} policy files made by chance broke nothing; they led {ways} ways");
    Ok(())
}

/// AFL++, which ends at the first find, says what it does in lines, and takes the machine as it is.
fn afl(place: &Path, program: &Path, time: Duration) -> Command {
    const SETTINGS: [&str; 6] = [
        "AFL_BENCH_UNTIL_CRASH",
        "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES",
        "AFL_NO_AFFINITY",
        "AFL_NO_COLOR",
        "AFL_NO_UI",
        "AFL_SKIP_CPUFREQ",
    ];
    let patience = PATIENCE.as_millis().to_string();
    let mut afl = Command::new("afl-fuzz");
    afl.arg("-i").arg(place.join("seeds")).arg("-o").arg(place.join("found")).arg("-x").arg(place.join("words"));
    afl.args(["-V", &time.as_secs().to_string(), "-t", &patience, "--"]).arg(program);
    afl.envs(SETTINGS.map(|name| (name, "1"))).env("AFL_HANG_TMOUT", patience);
    afl
}

/// Builds the program with what tells AFL++ which way it goes.
fn build() -> Result<PathBuf> {
    let mut cargo = workspace::cargo_workspace("build");
    cargo.args(["--bin", "fuzz-policies"]);
    cargo.env("RUSTC_WORKSPACE_WRAPPER", workspace::root().join("src-tauri/xtask/src/coverage.sh"));
    process::run(&cargo)?;
    Ok(workspace::program("fuzz-policies"))
}

/// What right policy files are made of.
#[derive(Default)]
struct Examples {
    /// By section and name.
    keys: BTreeMap<(String, String), Value>,
    /// What files are made of as JSON: the names of sections and keys, the words that keys take, and whole members,
    /// each after a comma.
    words: BTreeSet<String>,
}

/// The examples of the JSON Schema that administrations get.
fn examples() -> Result<Examples> {
    let path = workspace::root().join("packaging/policies/estafette.schema.json");
    let schema = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let schema: Value = serde_json::from_str(&schema)?;
    let mut examples = Examples::default();
    for (section, inner) in members(&schema) {
        examples.words.insert(json!(section).to_string());
        for (name, key) in members(inner) {
            let example = &key["examples"][0];
            let member = format!("{}:{example}", json!(name));
            examples.keys.insert((section.clone(), name.clone()), example.clone());
            examples.words.extend([
                json!(name).to_string(),
                format!(",{}:{{{member}}}", json!(section)),
                format!(",{member}"),
            ]);
            examples.words.extend(key["enum"].as_array().into_iter().flatten().map(Value::to_string));
        }
    }
    if examples.keys.is_empty() {
        bail!("{} has no examples", path.display());
    }
    Ok(examples)
}

fn members(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema["properties"].as_object().into_iter().flatten()
}

/// One file with all examples: what a smaller one leads to, a piece of this one does as well, and AFL++ takes one file
/// after the other.
fn write_seed(examples: &Examples, folder: &Path) -> Result<()> {
    let mut all = Map::from_iter([("$schema".to_owned(), json!("estafette.schema.json"))]);
    for ((section, name), example) in &examples.keys {
        all.entry(section).or_insert_with(|| json!({}))[name] = example.clone();
    }
    Ok(fs::write(folder.join("all.json"), serde_json::to_string_pretty(&Value::Object(all))?)?)
}

/// The longest word that AFL++ takes.
const LONGEST: usize = 128;

/// What AFL++ puts in as a whole.
fn dictionary(words: &BTreeSet<String>) -> String {
    let json = ["{", "}", "[", "]", ":", ",", "null", "true", "false", "1e999", "\\ud800", "\\\"", "\u{feff}", "\n"];
    let words = words.iter().map(String::as_str).filter(|word| word.len() <= LONGEST);
    words.chain(json).map(|word| format!("\"{}\"\n", escaped(word))).collect()
}

fn escaped(word: &str) -> String {
    word.bytes().map(|byte| format!("\\x{byte:02x}")).collect()
}

/// The files of a folder that AFL++ has found. It puts one there that explains them.
fn finds(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let is_found = |file: &PathBuf| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("id:"));
    Ok(files_below(folder)?.into_iter().filter(is_found).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_of_a_policy_is_in_the_file_to_begin_with() -> Result<()> {
        let (folder, examples) = (tempfile::tempdir()?, examples()?);
        write_seed(&examples, folder.path())?;
        let all: Value = serde_json::from_str(&fs::read_to_string(folder.path().join("all.json"))?)?;
        for ((section, name), example) in &examples.keys {
            assert_eq!(all[section][name], *example, "{section}.{name}");
        }
        assert!(examples.words.contains("\"notifications\"") && examples.words.contains("\"nothing\""));
        Ok(())
    }

    #[test]
    fn words_are_written_as_afl_reads_them() {
        let words = dictionary(&BTreeSet::from(["\"log\"".to_owned(), "x".repeat(LONGEST + 1)]));
        assert!(words.starts_with("\"\\x22\\x6c\\x6f\\x67\\x22\"\n\"\\x7b\"\n"), "{words}");
    }

    #[test]
    fn only_what_was_found_counts_as_found() -> Result<()> {
        let folder = tempfile::tempdir()?;
        assert!(finds(&folder.path().join("none"))?.is_empty());
        for name in ["README.txt", "id:000001,sig:06", "id:000000,sig:06"] {
            fs::write(folder.path().join(name), "")?;
        }
        assert_eq!(finds(folder.path())?.first(), Some(&folder.path().join("id:000000,sig:06")));
        Ok(())
    }
}
