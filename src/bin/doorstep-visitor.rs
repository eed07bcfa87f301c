//! The page app as strangers load it.

fn main() {
    doorstep::visitor::run();
}
