//! The categories that come with the program, for whoever has made none.

use super::Category;

const TREE: &str = include_str!("../../../../data/categories/default.json");

/// The tree.
#[must_use]
pub fn tree() -> Vec<Category> {
    // That it is one is tested.
    serde_json::from_str(TREE).unwrap_or_default()
}
