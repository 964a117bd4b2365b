//! Lines in the configuration of a proxy.

use crate::proxy_kind::ProxyKind;

/// A change in the configuration of a proxy.
#[derive(Debug, Clone, Copy)]
pub struct ProxyChange {
    /// The proxy.
    pub proxy: ProxyKind,
    /// The lines, as they are in its configuration; what to remove is named in a comment.
    pub lines: &'static [&'static str],
}

/// Returns the changes of one check.
pub(crate) const fn change(proxy: ProxyKind, lines: &'static [&'static str]) -> ProxyChange {
    ProxyChange { proxy, lines }
}
