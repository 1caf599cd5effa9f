#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    shared::whole_runs(data);
});
