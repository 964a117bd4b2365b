//! Returns free memory to the operating system: two calls to glibc's allocator, and nothing else.
//!
//! glibc keeps much of the memory that a burst of large requests needed. A server of 10 MiB holds about 130 MiB after
//! it has received and sent some hundred documents of 1 MiB. There are two reasons. Each arena may keep free memory at
//! its end, and keeps more of it the larger the freed blocks were; only [`keep_little`] bounds that. Free pages between
//! blocks in use are kept until [`release`] is called. With both calls, about 40 MiB remain. The other allocators that
//! much, or have to be built from C, which takes longer than the rest of the server.
//!
//! This is the only crate with `unsafe` code, because these functions are C. Every other crate forbids `unsafe`, and a
//! test of the workspace counts the crates. With other C libraries and on other systems both functions do nothing.
//!
//! Server and editor decide when memory is released; that is *not* decided here.

/// Limits the free memory that the allocator keeps at the end of each arena to 4 MiB.
///
/// Blocks of 4 MiB or more are taken from the system, and returned to it, one by one. This does nothing if the process
/// already has other threads: they might be reading the settings that are changed here.
pub fn keep_little() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    if std::fs::read_dir("/proc/self/task").is_ok_and(|threads| threads.count() == 1) {
        glibc::obey(glibc::Order::KeepLittle);
    }
}

/// Returns all free pages to the system.
///
/// This takes some milliseconds if there are many; other threads may have to wait for memory meanwhile.
pub fn release() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    glibc::obey(glibc::Order::Release);
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod glibc {
    use libc::{M_MMAP_THRESHOLD, M_TRIM_THRESHOLD, c_int, malloc_trim, mallopt};

    /// With a lower limit, writes of 1 MiB take a quarter more processor time: each of them gets new pages.
    const MAX_KEPT_BYTES: c_int = 4 * 1024 * 1024;

    #[derive(Clone, Copy)]
    pub(super) enum Order {
        /// Used only while the process has one thread.
        KeepLittle,
        Release,
    }

    #[expect(unsafe_code, reason = "glibc offers this only as C functions")]
    pub(super) fn obey(order: Order) {
        // SAFETY: Neither function takes a pointer, and both accept any value. mallopt(3) is `MT-Unsafe init
        // const:mallopt`, so it must not run while other threads use the allocator: `keep_little` calls it only if
        // there are none. malloc_trim(3) is `MT-Safe`.
        unsafe {
            match order {
                Order::KeepLittle => {
                    mallopt(M_MMAP_THRESHOLD, MAX_KEPT_BYTES);
                    mallopt(M_TRIM_THRESHOLD, MAX_KEPT_BYTES);
                }
                Order::Release => {
                    malloc_trim(0);
                }
            }
        }
    }
}
