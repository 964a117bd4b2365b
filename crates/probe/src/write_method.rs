//! The method of a write.

/// The method of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteMethod {
    /// PUT.
    Put,
    /// PATCH.
    Patch,
    /// POST.
    Post,
}

impl WriteMethod {
    /// Returns the method as it is sent.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Post => "POST",
        }
    }
}
