#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    doorstep_fuzz::run("update_room_response", data);
});
