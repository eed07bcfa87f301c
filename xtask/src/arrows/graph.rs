//! The dependency graph as cargo resolves it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::place::Place;
use crate::program::output;

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_members: BTreeSet<String>,
    resolve: Option<Resolve>,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    manifest_path: PathBuf,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    kind: Option<String>,
}

/// Who depends on whom, tests left out.
pub(super) struct Graph {
    members: BTreeMap<String, PathBuf>,
    /// Package name → names of what it links to.
    edges: BTreeMap<String, BTreeSet<String>>,
}

impl Graph {
    /// # Errors
    /// Cargo cannot resolve the workspace.
    pub(super) fn read(place: &Place) -> Result<Self> {
        let mut cargo = Command::new("cargo");
        cargo.current_dir(place.root()).args(["metadata", "--format-version=1"]);
        let metadata: Metadata = serde_json::from_slice(&output(&mut cargo)?)?;
        let names: BTreeMap<&str, &Package> =
            metadata.packages.iter().map(|package| (package.id.as_str(), package)).collect();
        let mut members = BTreeMap::new();
        for id in &metadata.workspace_members {
            let package = names.get(id.as_str()).with_context(|| format!("{id} is no package"))?;
            let folder = package.manifest_path.parent().context("manifest without a folder")?;
            members.insert(package.name.clone(), folder.to_owned());
        }
        let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for node in metadata.resolve.context("cargo metadata without a graph")?.nodes {
            let Some(from) = names.get(node.id.as_str()) else { continue };
            let to = edges.entry(from.name.clone()).or_default();
            for dependency in node.deps {
                let linked = dependency.dep_kinds.iter().any(|kind| kind.kind.is_none());
                if let (true, Some(package)) = (linked, names.get(dependency.pkg.as_str())) {
                    to.insert(package.name.clone());
                }
            }
        }
        Ok(Self { members, edges })
    }

    pub(super) fn members(&self) -> impl Iterator<Item = &str> {
        self.members.keys().map(String::as_str)
    }

    pub(super) fn is_member(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    pub(super) fn folder(&self, member: &str) -> Option<&Path> {
        self.members.get(member).map(PathBuf::as_path)
    }

    /// What `name` itself lists.
    pub(super) fn direct(&self, name: &str) -> impl Iterator<Item = &str> {
        self.edges.get(name).into_iter().flatten().map(String::as_str)
    }

    /// Everything `name` links to, each with one way there.
    pub(super) fn closure(&self, name: &str) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        let mut next = VecDeque::from([(name.to_owned(), name.to_owned())]);
        while let Some((at, path)) = next.pop_front() {
            for dependency in self.direct(&at) {
                if !found.contains_key(dependency) {
                    let path = format!("{path} → {dependency}");
                    found.insert(dependency.to_owned(), path.clone());
                    next.push_back((dependency.to_owned(), path));
                }
            }
        }
        found
    }
}
