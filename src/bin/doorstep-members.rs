//! The page app behind the doors.

fn main() {
    doorstep::members::run();
}
