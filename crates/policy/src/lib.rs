//! Room state and room policy: pure permit and apply.
