//! Makes sure that the folders with the built web apps exist, so that a server can be
//! compiled before the web was ever built, and that it is compiled anew when they change.

use std::path::Path;

fn main() {
    let root = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    println!("cargo:rerun-if-changed=build.rs");
    for folder in ["apps/console/build", "apps/widget/dist", "apps/shop"] {
        let path = Path::new(&root).join("../../web").join(folder);
        if let Err(error) = std::fs::create_dir_all(&path) {
            println!("cargo:warning=cannot create {}: {error}", path.display());
        }
        println!("cargo:rerun-if-changed={}", path.display());
    }
}
