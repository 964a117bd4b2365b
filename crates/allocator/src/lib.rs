//! Free memory goes back to the system: the two orders to glibc's allocator for that, and nothing else.
//!
//! glibc keeps much of what a burst of large requests needed: about 130 MiB after a server of 10 MiB has received and
//! sent some hundred documents of 1 MiB. Two things keep it. Each arena may keep a long piece at its end, the longer
//! the larger the blocks were that were freed, and only [`keep_little`] bounds that. Free pages between blocks that are
//! in use are kept until [`release`] is called. With both, about 40 MiB are left. Another allocator would have to be
//! built from C, which takes longer than the rest of the server, or keeps as much.
//!
//! This is the one crate with `unsafe` code, since these functions are C. Every other crate forbids it, and a test of
//! the workspace counts. With other C libraries and on other systems both functions do nothing.
//!
//! What is *not* here: when memory is released. The server decides that.

/// Bounds the free memory that the allocator keeps at the end of each arena, to 4 MiB. Blocks of 4 MiB or more are
/// taken from the system and given back one by one.
///
/// It does nothing if the process has other threads already, which might be reading what is set here.
pub fn keep_little() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    if std::fs::read_dir("/proc/self/task").is_ok_and(|threads| threads.count() == 1) {
        glibc::obey(glibc::Order::KeepLittle);
    }
}

/// Gives all pages of free memory back to the system. This takes some milliseconds if there is much of it, in which
/// other threads may have to wait for memory.
pub fn release() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    glibc::obey(glibc::Order::Release);
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod glibc {
    use libc::{M_MMAP_THRESHOLD, M_TRIM_THRESHOLD, c_int, malloc_trim, mallopt};

    /// Less than that makes writes of 1 MiB take a quarter more processor time: they get new pages each time.
    const MAX_KEPT_BYTES: c_int = 4 * 1024 * 1024;

    #[derive(Clone, Copy)]
    pub(super) enum Order {
        /// Given only while the process has one thread.
        KeepLittle,
        Release,
    }

    #[expect(unsafe_code, reason = "glibc offers this as C functions alone")]
    pub(super) fn obey(order: Order) {
        // SAFETY: The functions take no pointers, and any values. mallopt(3) is `MT-Unsafe init const:mallopt`, so it
        // must not run beside other threads that use the allocator, and the order is given only if there are none.
        // malloc_trim(3) is `MT-Safe`.
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
