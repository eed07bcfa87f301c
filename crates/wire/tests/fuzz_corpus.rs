//! The fuzz corpus (`fuzz/corpus/<target>/`) as a test: no panic, and each seed is what its name says.

use std::{fs, path::Path};

#[path = "../../../fuzz/src/decoders.rs"]
mod decoders;

use decoders::DECODERS;

#[test]
fn every_seed_is_what_its_name_says() {
    for (name, decoder) in DECODERS {
        let mut taken = 0;
        for entry in fs::read_dir(folder("corpus").join(name)).unwrap() {
            let path = entry.unwrap().path();
            let seed = path.file_name().unwrap().to_str().unwrap().to_owned();
            let ok = decoder(&fs::read(&path).unwrap());
            assert!(ok || !seed.starts_with("ok-"), "{name} refuses {seed}");
            assert!(!ok || !seed.starts_with("bad-"), "{name} takes {seed}");
            taken += usize::from(ok);
        }
        assert!(taken > 0, "{name} has no seed that it takes");
    }
}

#[test]
fn damaged_seeds_make_nobody_panic() {
    for (name, decoder) in DECODERS {
        for entry in fs::read_dir(folder("corpus").join(name)).unwrap() {
            let seed = fs::read(entry.unwrap().path()).unwrap();
            for at in 0..seed.len() {
                decoder(&seed[..at]);
                for byte in [0x00, 0x3f, 0x40, 0x80, 0xc0, 0xff] {
                    let mut damaged = seed.clone();
                    damaged[at] = byte;
                    decoder(&damaged);
                }
            }
        }
    }
}

#[test]
fn seeds_of_one_decoder_make_no_other_panic() {
    for (folder_name, _) in DECODERS {
        for entry in fs::read_dir(folder("corpus").join(folder_name)).unwrap() {
            let seed = fs::read(entry.unwrap().path()).unwrap();
            for (_, decoder) in DECODERS {
                decoder(&seed);
            }
        }
    }
}

#[test]
fn every_decoder_is_a_fuzz_target() {
    let manifest = fs::read_to_string(folder("Cargo.toml")).unwrap();
    for (name, _) in DECODERS {
        let target = fs::read_to_string(folder("fuzz_targets").join(format!("{name}.rs"))).unwrap();
        assert!(target.contains(&format!("run(\"{name}\", data)")), "{name}");
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
    }
    assert_eq!(fs::read_dir(folder("fuzz_targets")).unwrap().count(), DECODERS.len());
}

fn folder(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz").join(name)
}
